package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line of recorded answers, as JSON.
 *
 * @param members of the object
 * @param where the file and the line
 * @param line its number
 */
record RecordedRow(Map<String, @Nullable Object> members, String where, int line) {
  /**
   * The answer.
   *
   * @throws InvalidInputException if a member is missing, of another kind, or of a length that does
   *     not go with the others
   */
  RecordedAnswer answer() {
    int[] ids = whole("ids");
    if (ids.length == 0) {
      throw wrong("ids is empty, where a text has at least one token");
    }
    Optional<int[]> types =
        members.get("types") == null ? Optional.empty() : Optional.of(whole("types"));
    if (types.isPresent() && types.get().length != ids.length) {
      throw wrong("types has " + types.get().length + " numbers, where ids has " + ids.length);
    }
    boolean vector = members.get("vector") != null;
    if (vector && members.get("logits") != null) {
      throw wrong("it has logits and a vector, where a model answers one of them");
    }
    double[] numbers = numbers(vector ? "vector" : "logits");
    if (numbers.length == 0) {
      throw wrong("it has neither logits nor a vector");
    }
    double[] scores = numbers("scores");
    List<String> labels = labels();
    if (!labels.isEmpty() && scores.length > 0 && labels.size() != scores.length) {
      throw wrong("there are " + labels.size() + " labels to " + scores.length + " scores");
    }
    if (scores.length > numbers.length) {
      throw wrong("there are " + scores.length + " scores to " + numbers.length + " logits");
    }
    return new RecordedAnswer(
        line,
        text("text").orElseThrow(() -> wrong("it has no text")),
        text("pair"),
        ids,
        types,
        numbers,
        vector,
        scores,
        labels);
  }

  private Optional<String> text(String key) {
    @Nullable Object value = members.get(key);
    if (value != null && !(value instanceof String)) {
      throw wrong(key + " is " + Json.show(value) + ", where a text is needed");
    }
    return Optional.ofNullable((String) value);
  }

  private List<String> labels() {
    List<String> labels = new ArrayList<>();
    for (@Nullable Object label : list("labels", "a list of labels")) {
      if (!(label instanceof String name)) {
        throw wrong("labels has " + Json.show(label) + ", where texts are needed");
      }
      labels.add(name);
    }
    return labels;
  }

  private List<?> list(String key, String needed) {
    @Nullable Object value = members.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw wrong(key + " is " + Json.show(value) + ", where " + needed + " is needed");
  }

  private int[] whole(String key) {
    if (members.get(key) == null) {
      throw wrong("it has no " + key);
    }
    List<?> list = list(key, "a list of whole numbers");
    int[] numbers = new int[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!(list.get(i) instanceof Long n) || n < 0 || n > Integer.MAX_VALUE) {
        throw wrong(key + " has " + Json.show(list.get(i)) + ", where whole numbers are needed");
      }
      numbers[i] = n.intValue();
    }
    return numbers;
  }

  /** The numbers of a list, or of a list of lists, one behind the other. */
  private double[] numbers(String key) {
    List<Double> numbers = new ArrayList<>();
    for (@Nullable Object element : list(key, "a list of numbers")) {
      if (element instanceof List<?> row) {
        row.forEach(number -> numbers.add(finite(key, number)));
      } else {
        numbers.add(finite(key, element));
      }
    }
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private double finite(String key, @Nullable Object value) {
    if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
      return n.doubleValue();
    }
    throw wrong(key + " has " + Json.show(value) + ", where finite numbers are needed");
  }

  private InvalidInputException wrong(String what) {
    return new InvalidInputException(what, where, RecordedLines.AGAIN);
  }
}
