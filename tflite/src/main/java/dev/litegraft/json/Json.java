package dev.litegraft.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Small JSON files as maps (in the file's order), lists, strings, booleans, null, and numbers:
 * Long, BigInteger or Double.
 *
 * <p>NaN and Infinity, which Python writes, are read as the Doubles they are; who needs a number
 * refuses them. A byte order mark is skipped.
 */
public final class Json {
  private static final int MAX_DEPTH = 64;
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** A set of the names of all members, to find doubles, would hold a whole vocabulary. */
  private static final JsonFactory SKIMMING =
      FACTORY
          .rebuild()
          .disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Without it bytes are read as characters, and the places of tokens in them are lost.
          .enable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  /** The same for characters, whose places count as they are; names are forgotten at once. */
  private static final JsonFactory STREAMING =
      FACTORY.rebuild().disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  /** Makes ready what the first object of a process would wait for. */
  public static void prepare() {
    parse("{\"a\": [1, 1.5, true, null, \"b\"]}", "nowhere");
  }

  /**
   * The object that a file holds.
   *
   * @param maxBytes more are refused before they are read
   * @throws InvalidInputException if the file is too large, or is not one JSON object
   */
  public static Map<String, @Nullable Object> read(Path file, long maxBytes) throws IOException {
    return parse(text(file, maxBytes), file.toString());
  }

  private static String text(Path file, long maxBytes) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "a folder, pipe or device was given, and a file is needed",
          file.toString(),
          "name a file of JSON");
    }
    long size = Files.size(file);
    if (size > maxBytes) {
      throw new InvalidInputException(
          "the file has " + size + " bytes, where at most " + maxBytes + " are expected",
          file.toString(),
          "check that this is the model's own file");
    }
    return text(Files.readAllBytes(file), file.toString());
  }

  private static String text(byte[] utf8, String where) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          "the file is not text in UTF-8", where, "download or save the file again");
    }
  }

  /**
   * The objects of the list that a file holds: {@code modules.json}.
   *
   * @throws InvalidInputException as {@link #read}, or if it is not one list of objects
   */
  public static List<Map<String, @Nullable Object>> readList(Path file, long maxBytes)
      throws IOException {
    // A JSON object around the list, so that one reader serves both.
    String text = "{\"list\":" + text(file, maxBytes) + "}";
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    if (parse(text, file.toString()).get("list") instanceof List<?> list
        && list.stream().allMatch(Map.class::isInstance)) {
      for (Object element : list) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        ((Map<?, ?>) element).forEach((k, v) -> object.put(String.valueOf(k), v));
        objects.add(object);
      }
      return objects;
    }
    throw new InvalidInputException(
        "the file is not a list of JSON objects", file.toString(), "download the file again");
  }

  /**
   * The object that a text holds.
   *
   * @param where where the text is from, for messages
   * @throws InvalidInputException if it is not one JSON object
   */
  public static Map<String, @Nullable Object> parse(String text, String where) {
    try (JsonParser parser =
        FACTORY.createParser(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)) {
      return object(parser, where);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, @Nullable Object> object(JsonParser p, String where)
      throws IOException {
    try {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw noObject(p, where);
      }
      Map<String, @Nullable Object> object = members(p);
      requireEnd(p, where);
      return object;
    } catch (JacksonException e) {
      throw noJson(e, where);
    }
  }

  /**
   * The object that {@code bytes} hold, in UTF-8.
   *
   * @param where where they are from, for messages
   * @throws InvalidInputException if it is not text in UTF-8, or not one JSON object
   */
  public static Map<String, @Nullable Object> parse(byte[] bytes, String where) {
    return parse(text(bytes, where), where);
  }

  /** A parser of a document that is too large to be held as a map: doubled names are not sought. */
  public static JsonParser skimming(byte[] json) throws IOException {
    return SKIMMING.createParser(json);
  }

  /** A parser of a document of any size, which is read once: doubled names are not sought. */
  public static JsonParser skimming(Reader json) throws IOException {
    return STREAMING.createParser(json);
  }

  /** A parser of a small document, in which no name may stand twice. */
  public static JsonParser parser(String json) throws IOException {
    return FACTORY.createParser(json);
  }

  /** The object at whose beginning a parser of {@link #skimming} stands. */
  public static Map<String, @Nullable Object> objectAt(JsonParser p, String where)
      throws IOException {
    if (!p.hasToken(JsonToken.START_OBJECT)) {
      throw noObject(p, where);
    }
    return members(p);
  }

  /** A writer of JSON. */
  public static JsonGenerator generator(Writer out) throws IOException {
    return FACTORY.createGenerator(out);
  }

  /** Writes what {@link #parse} reads: maps, lists, texts, numbers, booleans and null. */
  public static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof Map<?, ?> object) {
      out.writeStartObject();
      for (Map.Entry<?, ?> entry : object.entrySet()) {
        out.writeFieldName(String.valueOf(entry.getKey()));
        write(out, entry.getValue());
      }
      out.writeEndObject();
    } else if (value instanceof Iterable<?> list) {
      out.writeStartArray();
      for (Object element : list) {
        write(out, element);
      }
      out.writeEndArray();
    } else if (value instanceof String text) {
      out.writeString(text);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value == null) {
      out.writeNull();
    } else {
      // A raw value, so that a number stays as Java shows it.
      out.writeRawValue(value.toString());
    }
  }

  private static InvalidInputException noObject(JsonParser p, String where) throws IOException {
    return new InvalidInputException(
        "the file "
            + (p.currentToken() == null ? "is empty" : "begins with " + show(p.getText()))
            + ", where a JSON object is needed",
        where,
        "download or save the file again");
  }

  private static void requireEnd(JsonParser p, String where) throws IOException {
    if (p.nextToken() != null) {
      throw new InvalidInputException(
          "the file goes on with " + show(p.getText()) + " after its JSON object ends",
          at(where, p.currentTokenLocation()),
          "remove what follows, or download the file again");
    }
  }

  /** What a fault that a parser found means to a user. */
  public static InvalidInputException noJson(JacksonException e, String where) {
    return new InvalidInputException(
        "the file is not JSON: "
            + e.getOriginalMessage().replaceFirst(" \\(start marker at .*", ""),
        at(where, e.getLocation()),
        "correct this place in a copy, or download or save the file again");
  }

  private static String at(String where, @Nullable JsonLocation l) {
    return l == null ? where : where + ", line " + l.getLineNr() + ", column " + l.getColumnNr();
  }

  private static Map<String, @Nullable Object> members(JsonParser p) throws IOException {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String name = p.currentName();
      members.put(name, value(p, p.nextToken()));
    }
    return members;
  }

  private static @Nullable Object value(JsonParser p, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> members(p);
      case START_ARRAY -> elements(p);
      case VALUE_STRING -> p.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_FLOAT -> p.getDoubleValue();
      case VALUE_NUMBER_INT ->
          p.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? p.getBigIntegerValue()
              : (Object) p.getLongValue();
      default -> null;
    };
  }

  private static List<@Nullable Object> elements(JsonParser p) throws IOException {
    List<@Nullable Object> elements = new ArrayList<>();
    for (JsonToken t = p.nextToken(); t != JsonToken.END_ARRAY; t = p.nextToken()) {
      elements.add(value(p, t));
    }
    return elements;
  }

  /** A value as a message shows it: shortened, on one line, strings in quotes. */
  public static String show(@Nullable Object value) {
    if (value instanceof Map) {
      return "an object";
    }
    String text = value instanceof String s ? "\"" + s + "\"" : String.valueOf(value);
    String line = text.replaceAll("\\p{Cntrl}", "?");
    return line.length() <= 80 ? line : line.substring(0, 77) + "...";
  }
}
