package dev.litegraft.tokenizer.build;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.litegraft.tokenizer.JsonReader;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as maps, lists, strings, numbers and booleans. Vocabularies, which are most of a file, stay
 * bytes: {@link Raw}.
 */
final class Json {
  private static final Set<String> RAW = Set.of("vocab", "merges");
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /**
   * A value that is left as it stands in its file.
   *
   * @param from index of its first byte
   * @param to index behind its last byte
   */
  record Raw(byte[] file, int from, int to, String where) {
    boolean isArray() {
      return file[from] == '[';
    }

    JsonReader reader() {
      JsonReader reader = new JsonReader(file, where);
      reader.position(from);
      return reader;
    }
  }

  /**
   * The object that a file holds.
   *
   * @throws TokenizerException if it holds none
   */
  static Map<String, @Nullable Object> object(byte[] file, String where) {
    return read(file, where, false);
  }

  /** As {@link #object}; {@code model.vocab} and {@code model.merges} are {@link Raw}. */
  static Map<String, @Nullable Object> tokenizer(byte[] file, String where) {
    return read(file, where, true);
  }

  private static Map<String, @Nullable Object> read(byte[] file, String where, boolean raw) {
    JsonReader reader = new JsonReader(file, where);
    reader.beginObject();
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (boolean first = true; reader.nextName(first); first = false) {
      String name = reader.text();
      boolean model = raw && name.equals("model") && reader.peek() == '{';
      object.put(name, model ? model(reader, file, where) : reader.value());
    }
    reader.end("the object");
    return object;
  }

  private static Map<String, @Nullable Object> model(JsonReader reader, byte[] file, String where) {
    reader.beginObject();
    Map<String, @Nullable Object> model = new LinkedHashMap<>();
    for (boolean first = true; reader.nextName(first); first = false) {
      String name = reader.text();
      char next = reader.peek();
      if (RAW.contains(name) && (next == '{' || next == '[')) {
        int from = reader.position();
        reader.skip();
        model.put(name, new Raw(file, from, reader.position(), where));
      } else {
        model.put(name, reader.value());
      }
    }
    return model;
  }

  /** The bytes of a value. */
  static byte[] bytes(Map<String, @Nullable Object> object) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(out)) {
      write(generator, object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : object.entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        write(out, entry.getValue());
      }
      out.writeEndObject();
    } else if (value instanceof Iterable<?> list) {
      out.writeStartArray();
      for (Object one : list) {
        write(out, one);
      }
      out.writeEndArray();
    } else if (value instanceof Raw raw) {
      // The generator writes what stands before a value; the value itself goes as it is.
      out.writeRawValue("");
      out.flush();
      ((ByteArrayOutputStream) out.getOutputTarget())
          .write(raw.file(), raw.from(), raw.to() - raw.from());
    } else if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value instanceof Integer number) {
      out.writeNumber(number);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Number number) {
      out.writeNumber(number.toString());
    } else {
      out.writeNull();
    }
  }
}
