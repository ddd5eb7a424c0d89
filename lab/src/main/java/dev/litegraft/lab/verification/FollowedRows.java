package dev.litegraft.lab.verification;

import dev.litegraft.runtime.RawModel;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Short rows of tokens that an int8 file is asked and that the reference answers in whole numbers,
 * rounding where the file rounds. What is met then is proven to the last setting that such a row
 * reads. A number between two steps may fall to either, the more the longer and deeper, so not all
 * rows of an unharmed file are met.
 *
 * @param asked how many rows
 * @param met how many answers agree but for rounding of f32
 */
record FollowedRows(int asked, int met) {
  /** As for f32 files: a number moves to another step or not at all. */
  private static final double EXACT = 2e-5;

  static FollowedRows of(
      ReferenceModel reference,
      RawModel model,
      Questions rows,
      Answer.Meaning meaning,
      AnswerForm form) {
    List<float[]> expected = reference.followed(rows.forReference());
    List<float[]> answers =
        FileAnswers.of(model, rows.forFile(), expected, meaning, Optional.of(form)).numbers();
    int met = 0;
    for (int i = 0; i < expected.size(); i++) {
      float[] own = form.comparable(expected.get(i), meaning.width());
      Answer answer = Answer.of(rows.forFile().get(i), own, answers.get(i), meaning.of(own));
      met += answer.maxAbs() <= Judgement.allowed(answer, EXACT, meaning) ? 1 : 0;
    }
    return new FollowedRows(expected.size(), met);
  }

  /** {@code with the file's own rounding, 7 of 7 short rows agree to 2e-05}. */
  String text() {
    return String.format(
        Locale.ROOT,
        "with the file's own rounding, %d of %d short rows agree to %.0e",
        met,
        asked,
        EXACT);
  }
}
