package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The file that {@code litegraft expect}'s script writes: a line with the versions and the class,
 * then a line a text.
 *
 * @param file the file
 * @param madeBy {@code BertForSequenceClassification, transformers 5.18.0}
 * @param answers one or more
 */
record RecordedAnswers(Path file, String madeBy, List<RecordedAnswer> answers) {
  /** More would take long and prove little more. */
  private static final int MOST = 1000;

  private static final String AGAIN =
      "record the answers again with the script that `litegraft expect` prints";

  RecordedAnswers {
    answers = List.copyOf(answers);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if a line is no answer, is cut off or has a number that is none
   */
  static RecordedAnswers read(Path file) throws IOException {
    List<RecordedAnswer> answers = new ArrayList<>();
    String madeBy = "";
    try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        Map<String, @Nullable Object> row = parsed(line, file + ", line " + number);
        if (row.containsKey("versions")) {
          madeBy = row.get("class") + ", " + row.get("versions");
        } else if (answers.size() < MOST) {
          answers.add(new Row(row, file, number).answer());
        }
      }
    } catch (MalformedInputException e) {
      throw new InvalidInputException("the file is not UTF-8", file.toString(), AGAIN);
    }
    if (answers.isEmpty()) {
      throw new InvalidInputException("there is no answer in it", file.toString(), AGAIN);
    }
    return new RecordedAnswers(file, madeBy, answers);
  }

  /** A line that is cut off is mended by recording it again, not by hand. */
  private static Map<String, @Nullable Object> parsed(String line, String where) {
    try {
      return Json.parse(line, where);
    } catch (InvalidInputException e) {
      InvalidInputException fault = new InvalidInputException(e.what(), where, AGAIN);
      fault.initCause(e);
      throw fault;
    }
  }

  /** One line. */
  private record Row(Map<String, @Nullable Object> members, Path file, int line) {
    RecordedAnswer answer() {
      int[] ids = whole("ids", true);
      int[] types = whole("types", false);
      if (types.length != 0 && types.length != ids.length) {
        throw wrong("types has " + types.length + " numbers, where ids has " + ids.length);
      }
      String key = members.containsKey("vector") ? "vector" : "logits";
      List<Double> numbers = new ArrayList<>();
      collect(key, members.get(key), numbers);
      if (numbers.isEmpty()) {
        throw wrong("it has neither logits nor a vector");
      }
      List<Double> scores = new ArrayList<>();
      collect("scores", members.get("scores"), scores);
      return new RecordedAnswer(
          line,
          text("text").orElseThrow(() -> wrong("it has no text")),
          text("pair"),
          ids,
          types.length == 0 ? new int[ids.length] : types,
          numbers.stream().mapToDouble(Double::doubleValue).toArray(),
          scores.stream().mapToDouble(Double::doubleValue).toArray(),
          labels());
    }

    private Optional<String> text(String key) {
      @Nullable Object value = members.get(key);
      if (value != null && !(value instanceof String)) {
        throw wrong(key + " is " + Json.show(value) + ", where a text is needed");
      }
      return Optional.ofNullable((String) value);
    }

    private List<String> labels() {
      return members.get("labels") instanceof List<?> list
          ? list.stream().map(String::valueOf).toList()
          : List.of();
    }

    private int[] whole(String key, boolean needed) {
      @Nullable Object value = members.get(key);
      if (!(value instanceof List<?> list)) {
        if (value == null && !needed) {
          return new int[0];
        }
        throw wrong(key + " is " + Json.show(value) + ", where a list of token ids is needed");
      }
      int[] numbers = new int[list.size()];
      for (int i = 0; i < numbers.length; i++) {
        if (!(list.get(i) instanceof Long n) || n < 0 || n > Integer.MAX_VALUE) {
          throw wrong(key + " has " + Json.show(list.get(i)) + ", where whole numbers are needed");
        }
        numbers[i] = n.intValue();
      }
      if (needed && numbers.length == 0) {
        throw wrong(key + " is empty, where a text has at least one token");
      }
      return numbers;
    }

    private void collect(String key, @Nullable Object value, List<Double> into) {
      if (value instanceof List<?> list) {
        list.forEach(element -> collect(key, element, into));
      } else if (value instanceof Number n && Double.isFinite(n.doubleValue())) {
        into.add(n.doubleValue());
      } else if (value != null) {
        throw wrong(key + " has " + Json.show(value) + ", where finite numbers are needed");
      }
    }

    private InvalidInputException wrong(String what) {
      return new InvalidInputException(what, file + ", line " + line, AGAIN);
    }
  }
}
