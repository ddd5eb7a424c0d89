package dev.litegraft.runtime;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small JSON documents as maps, lists, strings, numbers and booleans. */
final class Json {
  static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /**
   * The object that {@code bytes} hold.
   *
   * @param where the file, for messages
   * @throws InvalidInputException if it is not a JSON object
   */
  static Map<String, @Nullable Object> object(byte[] bytes, String where) {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      parser.nextToken();
      return object(parser, where);
    } catch (StreamReadException e) {
      throw malformed(e, where);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The object that the parser stands at the beginning of. */
  static Map<String, @Nullable Object> object(JsonParser parser, String where) throws IOException {
    if (!parser.hasToken(JsonToken.START_OBJECT)) {
      throw new InvalidInputException(
          "expected a JSON object, found "
              + (parser.currentToken() == null ? "nothing" : parser.currentToken()),
          where,
          "save the checkpoint's tokenizer again with tokenizer.save_pretrained()");
    }
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      object.put(name, value(parser, where));
    }
    return Collections.unmodifiableMap(object);
  }

  private static @Nullable Object value(JsonParser parser, String where) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, where);
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser, where));
        }
        yield Collections.unmodifiableList(list);
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      default -> parser.getText();
    };
  }

  static InvalidInputException malformed(StreamReadException e, String where) {
    JsonLocation location = e.getLocation();
    return new InvalidInputException(
        "not JSON: " + e.getOriginalMessage().replaceFirst(" \\(start marker at .*", ""),
        location == null
            ? where
            : where + ", line " + location.getLineNr() + " column " + location.getColumnNr(),
        "look whether the file was downloaded completely");
  }
}
