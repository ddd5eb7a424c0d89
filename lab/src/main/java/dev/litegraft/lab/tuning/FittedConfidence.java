package dev.litegraft.lab.tuning;

import dev.litegraft.facts.Confidence;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import java.util.Optional;

/**
 * What became of the probabilities of a chosen file.
 *
 * @param fit on rows that were not used for the choice; absent where nothing could be fitted
 * @param kept whether the file has it: it made them better on rows that were not fitted
 * @param note why there is none, why it is not kept, or why it is of another form than was asked;
 *     else empty
 */
public record FittedConfidence(Optional<ConfidenceFit> fit, boolean kept, String note) {
  /** What the file has of it. */
  Optional<Confidence> fitInFile() {
    return fit.filter(any -> kept).map(ConfidenceFit::confidence);
  }

  static FittedConfidence none(String why) {
    return new FittedConfidence(Optional.empty(), false, why);
  }

  static FittedConfidence of(ConfidenceFit fit) {
    String note =
        fit.gains()
            ? ""
            : fit.isEnd()
                ? "not kept: the rows do not determine the temperature"
                : "not kept: it gains nothing on rows that were not fitted";
    return new FittedConfidence(Optional.of(fit), fit.gains(), note);
  }

  /** The same, and what was to be fitted first. */
  FittedConfidence insteadOf(String why) {
    String all = "a temperature without biases, as " + why;
    return new FittedConfidence(fit, kept, note.isEmpty() ? all : all + "; " + note);
  }

  /** The same, left out of the file. */
  FittedConfidence dropped(String why) {
    String all = "not kept: " + why;
    return new FittedConfidence(fit, false, note.isEmpty() ? all : note + "; " + all);
  }
}
