package dev.litegraft.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as maps, lists, strings, booleans, null, and numbers: Long or Double. */
final class HubJson {
  private static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
          .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** Writes into an object. */
  interface Fields {
    void write(JsonGenerator json) throws IOException;
  }

  private HubJson() {}

  /**
   * The one value that a document holds.
   *
   * @throws IOException if it is no JSON, or nested too deeply
   */
  static @Nullable Object parse(byte[] utf8) throws IOException {
    try (JsonParser p = FACTORY.createParser(utf8)) {
      Object value = value(p, p.nextToken());
      if (p.nextToken() != null) {
        throw new IOException("something follows the value");
      }
      return value;
    }
  }

  private static @Nullable Object value(JsonParser p, @Nullable JsonToken token)
      throws IOException {
    if (token == null) {
      throw new IOException("the document ends early");
    }
    return switch (token) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        while (p.nextToken() == JsonToken.FIELD_NAME) {
          String name = p.currentName();
          members.put(name, value(p, p.nextToken()));
        }
        yield members;
      }
      case START_ARRAY -> {
        List<@Nullable Object> elements = new ArrayList<>();
        for (JsonToken t = p.nextToken(); t != JsonToken.END_ARRAY; t = p.nextToken()) {
          elements.add(value(p, t));
        }
        yield elements;
      }
      case VALUE_STRING -> p.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT ->
          p.getNumberType() == JsonParser.NumberType.BIG_INTEGER
              ? (Object) p.getDoubleValue()
              : (Object) p.getLongValue();
      case VALUE_NUMBER_FLOAT -> p.getDoubleValue();
      default -> null;
    };
  }

  /** The value of a member; null where there is no object, or no such member. */
  static @Nullable Object at(@Nullable Object object, String name) {
    return object instanceof Map<?, ?> map ? map.get(name) : null;
  }

  /** A text; empty where there is none. */
  static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
  }

  /** A whole number from 0 on; -1 where there is none. */
  static long number(@Nullable Object value) {
    return value instanceof Long number && number >= 0 ? number : -1;
  }

  /** An object, on lines of its own. */
  static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
