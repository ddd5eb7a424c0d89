package dev.litegraft.lab.tuning;

import dev.litegraft.lab.evaluation.ConfidenceFit;
import java.util.Optional;

/**
 * What became of the probabilities of a chosen file.
 *
 * @param fit on rows that were not used for the choice; absent where nothing could be fitted
 * @param kept whether the file has it: it made them better on rows that were not fitted
 * @param note why there is none, or why it is not kept; else empty
 */
public record FittedConfidence(Optional<ConfidenceFit> fit, boolean kept, String note) {
  static FittedConfidence none(String why) {
    return new FittedConfidence(Optional.empty(), false, why);
  }

  static FittedConfidence of(ConfidenceFit fit) {
    return new FittedConfidence(
        Optional.of(fit),
        fit.gains(),
        fit.gains() ? "" : "not kept: it gains nothing on rows that were not fitted");
  }
}
