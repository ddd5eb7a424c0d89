package dev.litegraft.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.runtime.TokenRow;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One line of the input of {@code run}: a row of tokens in JSON. */
final class RunLine {
  private static final String IDS = "input_ids";
  private static final String MASK = "attention_mask";
  private static final String TYPES = "token_type_ids";
  private static final String REMEDY =
      "{\"input_ids\":[1,2,3]}, optionally with attention_mask and token_type_ids";

  private RunLine() {}

  /**
   * Reads a line.
   *
   * @param where the file and line, for messages
   * @throws InvalidInputException if it is not such an object
   */
  static TokenRow parse(String line, String where) throws IOException {
    Map<String, int[]> arrays = new HashMap<>();
    try (JsonParser json = Json.parser(line)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new InvalidInputException("the line is not a JSON object", where, REMEDY);
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String key = json.currentName();
        if (!List.of(IDS, MASK, TYPES).contains(key)) {
          throw new InvalidInputException("unknown key \"" + key + "\"", where, REMEDY);
        }
        int[] numbers = numbers(json, key, where);
        if (numbers != null && arrays.put(key, numbers) != null) {
          throw new InvalidInputException(key + " stands there twice", where, REMEDY);
        }
      }
      if (json.nextToken() != null) {
        throw new InvalidInputException(
            "there is more than one JSON object on the line", where, "one object a line");
      }
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "the line is not JSON: " + e.getOriginalMessage(), where, REMEDY);
    }
    int[] ids = arrays.get(IDS);
    if (ids == null) {
      throw new InvalidInputException("input_ids is missing", where, REMEDY);
    }
    for (String key : List.of(MASK, TYPES)) {
      int[] numbers = arrays.getOrDefault(key, ids);
      if (numbers.length != ids.length) {
        throw new InvalidInputException(
            key + " has " + numbers.length + " numbers, input_ids " + ids.length,
            where,
            "give one number for each token");
      }
    }
    return TokenRow.of(ids, arrays.get(MASK), arrays.get(TYPES));
  }

  private static int @Nullable [] numbers(JsonParser json, String key, String where)
      throws IOException {
    JsonToken first = json.nextToken();
    if (first == JsonToken.VALUE_NULL) {
      return null;
    }
    if (first != JsonToken.START_ARRAY) {
      throw new InvalidInputException(key + " is not an array", where, REMEDY);
    }
    IntStream.Builder numbers = IntStream.builder();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw new InvalidInputException(
            key + " holds " + json.getText() + ", which is not a whole number", where, REMEDY);
      }
      numbers.add(json.getIntValue());
    }
    return numbers.build().toArray();
  }
}
