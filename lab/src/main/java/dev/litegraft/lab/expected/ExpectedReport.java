package dev.litegraft.lab.expected;

import java.util.Locale;
import java.util.Optional;

/**
 * How our reading of a folder compares with recorded answers.
 *
 * @param match whether ids, numbers and their meaning are the recorded ones
 * @param answers how many were compared
 * @param maxAbs the largest difference of a number, relative above 1; 0 where the ids differ
 * @param verdict one sentence
 * @param where the file and the line, for a difference
 * @param explanation the setting or rule that explains a difference; absent where none does
 */
public record ExpectedReport(
    boolean match,
    int answers,
    double maxAbs,
    String verdict,
    String where,
    Optional<String> explanation) {
  static ExpectedReport different(
      RecordedAnswers recorded,
      double maxAbs,
      String verdict,
      String where,
      Optional<String> explanation) {
    return new ExpectedReport(
        false, recorded.answers().size(), maxAbs, verdict, where, explanation);
  }

  /**
   * @param computed of how many answers the numbers were computed
   * @param unread why the recorded ids alone were read, and not the texts; absent where these were
   */
  static ExpectedReport met(
      RecordedAnswers recorded, int computed, double maxAbs, Optional<String> unread) {
    int count = recorded.answers().size();
    StringBuilder verdict = new StringBuilder();
    verdict.append(
        String.format(
            Locale.ROOT,
            "the folder is read as the original read it: %d recorded answers met, the numbers"
                + " within %.1g",
            count,
            Math.max(maxAbs, 1e-9)));
    if (computed < count) {
      verdict.append(
          "; numbers take long here: those of the first " + computed + " texts were compared");
    }
    if (!recorded.counted()) {
      verdict.append(
          "; the file does not say how many answers were recorded, so that a cut end is not seen"
              + " (the script that `litegraft expect` prints now does)");
    }
    if (recorded.left() > 0) {
      verdict.append("; " + recorded.left() + " more were not compared");
    }
    unread.ifPresent(
        why -> verdict.append("; how texts become ids was not compared: ").append(why));
    return new ExpectedReport(
        true, count, maxAbs, verdict.toString(), recorded.file().toString(), Optional.empty());
  }

  /** The same with more said behind its verdict. */
  ExpectedReport saying(String more) {
    return new ExpectedReport(match, answers, maxAbs, verdict + "; " + more, where, explanation);
  }
}
