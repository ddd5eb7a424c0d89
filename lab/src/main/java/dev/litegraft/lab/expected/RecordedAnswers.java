package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.lab.data.LineReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file that {@code litegraft expect}'s script writes: a line with the versions and the class,
 * then a line a text.
 *
 * @param file the file
 * @param madeBy {@code BertForSequenceClassification of transformers 5.18.0}
 * @param hfClass the class that gave the answers
 * @param counted whether the file says how many answers it has, so that a cut end is seen
 * @param answers one or more
 * @param left how many more the file has, which are not compared
 */
record RecordedAnswers(
    Path file,
    String madeBy,
    String hfClass,
    boolean counted,
    List<RecordedAnswer> answers,
    int left) {
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
   *     the first line is missing, there are not as many answers as it says, or the answers of two
   *     recordings that differ are in one file
   */
  static RecordedAnswers read(Path file) throws IOException {
    List<RecordedAnswer> answers = new ArrayList<>();
    @Nullable RecordedHead head = null;
    boolean counted = true;
    int rows = 0;
    long numbers = 0;
    int left = 0;
    try (LineReader lines = RecordedLines.open(file)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          continue;
        }
        Map<String, @Nullable Object> row = parsed(line, lines.where());
        if (row.containsKey("versions")) {
          RecordedHead next = RecordedHead.of(row, lines.where());
          if (head != null) {
            head.requireAll(rows);
            requireOneMaker(head, next);
          }
          head = next;
          counted &= head.texts().isPresent();
          rows = 0;
          continue;
        }
        if (head == null) {
          throw new InvalidInputException(
              "the first line is not the one with the versions and the class: the file's beginning"
                  + " is missing",
              lines.where(),
              RecordedLines.AGAIN);
        }
        rows++;
        if (answers.size() < MOST && numbers <= MOST_NUMBERS) {
          answers.add(new RecordedRow(row, lines.where(), lines.number()).answer());
          numbers += answers.get(answers.size() - 1).numbers().length;
        } else {
          left++;
        }
      }
    }
    if (head != null) {
      head.requireAll(rows);
    }
    if (head == null || answers.isEmpty()) {
      throw new InvalidInputException(
          "there is no answer in it", file.toString(), RecordedLines.AGAIN);
    }
    return new RecordedAnswers(file, head.maker(), head.hfClass(), counted, answers, left);
  }

  /** Two files of one recording may stand one behind the other, those of two models may not. */
  private static void requireOneMaker(RecordedHead first, RecordedHead next) {
    if (!first.maker().equals(next.maker())) {
      throw new InvalidInputException(
          "the answers of two recordings are in one file: of "
              + first.maker()
              + ", and of "
              + next.maker(),
          next.where(),
          "give the answers of one of them");
    }
  }

  /** Where an answer stands, and who gave it. */
  String where(RecordedAnswer answer) {
    return file + ", line " + answer.line() + ", recorded with " + madeBy;
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
