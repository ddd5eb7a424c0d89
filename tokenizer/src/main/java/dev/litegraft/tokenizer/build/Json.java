package dev.litegraft.tokenizer.build;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.litegraft.tokenizer.TokenizerException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * JSON as maps, lists, strings, numbers and booleans. Vocabularies, which are most of a file, stay
 * bytes: {@link Raw}.
 */
final class Json {
  private static final int MAX_STRING = 64 << 20;
  private static final Set<String> RAW = Set.of("vocab", "merges");

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(MAX_STRING)
                  .maxNameLength(1 << 20)
                  .maxNestingDepth(200)
                  .build())
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .disable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .build();

  private Json() {}

  /**
   * A value that is left as it stands in its file.
   *
   * @param from index of its first byte
   * @param to index behind its last byte
   */
  record Raw(byte[] file, int from, int to) {
    boolean isArray() {
      return file[from] == '[';
    }

    JsonParser parser() throws IOException {
      return FACTORY.createParser(file, from, to - from);
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
    try (JsonParser parser = FACTORY.createParser(file)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("no JSON object, where one is expected", where);
      }
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        boolean model = parser.nextToken() == JsonToken.START_OBJECT && raw && name.equals("model");
        object.put(name, model ? model(parser, file) : value(parser));
      }
      return object;
    } catch (IOException e) {
      throw malformed("no valid JSON: " + e.getMessage(), where);
    }
  }

  private static TokenizerException malformed(String what, String where) {
    return new TokenizerException(
        what, where, "copy the file again from where the model was trained, or download it again");
  }

  private static Map<String, @Nullable Object> model(JsonParser parser, byte[] file)
      throws IOException {
    Map<String, @Nullable Object> model = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken token = parser.nextToken();
      if (RAW.contains(name) && token.isStructStart()) {
        int from = Math.toIntExact(parser.currentTokenLocation().getByteOffset());
        parser.skipChildren();
        int to = Math.toIntExact(parser.currentLocation().getByteOffset());
        model.put(name, new Raw(file, from, to));
      } else {
        model.put(name, value(parser));
      }
    }
    return model;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser));
        }
        return object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        return list;
      }
      case VALUE_STRING -> {
        return parser.getText();
      }
      case VALUE_TRUE -> {
        return true;
      }
      case VALUE_FALSE -> {
        return false;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        return parser.getNumberValue();
      }
      default -> {
        return null;
      }
    }
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
