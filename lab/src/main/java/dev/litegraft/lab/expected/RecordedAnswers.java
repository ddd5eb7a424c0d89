package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file that {@code litegraft expect}'s script writes: a line with the versions and the class,
 * then a line a text.
 *
 * @param file the file
 * @param madeBy {@code BertForSequenceClassification of transformers 5.18.0}; empty where the file
 *     does not say it
 * @param answers one or more
 * @param left how many more the file has, which are not compared
 */
record RecordedAnswers(Path file, String madeBy, List<RecordedAnswer> answers, int left) {
  /** More would take long and prove little more. */
  private static final int MOST = 1000;

  /** Of all answers together: 128 MB. */
  private static final long MOST_NUMBERS = 16L << 20;

  RecordedAnswers {
    answers = List.copyOf(answers);
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException if a line is no answer, is cut off or has a number that is none,
   *     or the answers of two recordings that differ are in one file
   */
  static RecordedAnswers read(Path file) throws IOException {
    List<RecordedAnswer> answers = new ArrayList<>();
    String madeBy = "";
    long numbers = 0;
    int left = 0;
    try (RecordedLines lines = RecordedLines.open(file)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          continue;
        }
        Map<String, @Nullable Object> row = parsed(line, lines.where());
        if (row.containsKey("versions")) {
          madeBy = oneMaker(madeBy, maker(row, lines.where()), lines.where());
        } else if (answers.size() < MOST && numbers <= MOST_NUMBERS) {
          answers.add(new RecordedRow(row, lines.where(), lines.number()).answer());
          numbers += answers.get(answers.size() - 1).numbers().length;
        } else {
          left++;
        }
      }
    }
    if (answers.isEmpty()) {
      throw new InvalidInputException(
          "there is no answer in it", file.toString(), RecordedLines.AGAIN);
    }
    return new RecordedAnswers(file, madeBy, answers, left);
  }

  /** Two files of one recording may stand one behind the other, those of two models may not. */
  private static String oneMaker(String first, String next, String where) {
    if (!first.isEmpty() && !first.equals(next)) {
      throw new InvalidInputException(
          "the answers of two recordings are in one file: of " + first + ", and of " + next,
          where,
          "give the answers of one of them");
    }
    return next;
  }

  private static String maker(Map<String, @Nullable Object> row, String where) {
    if (!(row.get("class") instanceof String name)
        || !(row.get("versions") instanceof Map<?, ?> versions)) {
      throw new InvalidInputException(
          "the line with versions is not the one that the script writes: versions is "
              + Json.show(row.get("versions"))
              + ", class is "
              + Json.show(row.get("class")),
          where,
          RecordedLines.AGAIN);
    }
    return versions.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", ", name + (versions.isEmpty() ? "" : " of "), ""));
  }

  /** Where an answer stands, and who gave it. */
  String where(RecordedAnswer answer) {
    return file + ", line " + answer.line() + (madeBy.isEmpty() ? "" : ", recorded with " + madeBy);
  }

  /** A line that is cut off is mended by recording it again, not by hand. */
  private static Map<String, @Nullable Object> parsed(String line, String where) {
    try {
      return Json.parse(line, where);
    } catch (InvalidInputException e) {
      InvalidInputException fault =
          new InvalidInputException(
              e.what().replaceFirst("^the file", "the line"), where, RecordedLines.AGAIN);
      fault.initCause(e);
      throw fault;
    }
  }

  /**
   * The texts whose numbers can be computed within so many tokens: the first ones, at least one.
   */
  List<RecordedAnswer> within(long tokens) {
    long sum = 0;
    for (int i = 0; i < answers.size(); i++) {
      sum += answers.get(i).ids().length;
      if (sum > tokens && i > 0) {
        return answers.subList(0, i);
      }
    }
    return answers;
  }
}
