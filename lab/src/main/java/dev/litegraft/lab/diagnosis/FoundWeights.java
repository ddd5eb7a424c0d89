package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.weights.WeightsInWords;
import java.util.List;

/**
 * What another tool made of the checkpoint's matrices.
 *
 * @param lookedFor how many were looked for
 * @param found how many are in the file
 * @param madeOfThem what was made of them, a sentence each
 */
public record FoundWeights(int lookedFor, int found, List<String> madeOfThem) {
  public FoundWeights {
    madeOfThem = List.copyOf(madeOfThem);
  }

  static FoundWeights of(WeightsInWords words) {
    return new FoundWeights(words.lookedFor(), words.found(), words.statements());
  }

  /** All in one sentence. */
  public String sentence() {
    String there =
        found == lookedFor
            ? "all " + found + " matrices of the checkpoint that were looked for are in the file"
            : found + " of " + lookedFor + " matrices of the checkpoint are in the file";
    return madeOfThem.isEmpty() ? there : there + ": " + String.join("; ", madeOfThem);
  }
}
