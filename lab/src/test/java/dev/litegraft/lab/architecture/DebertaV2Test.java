package dev.litegraft.lab.architecture;

import java.util.List;

final class DebertaV2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("deberta-v2-seqcls");
  }

  /**
   * Five are those of any encoder, and eleven at the front find the rows of the distances between
   * all tokens, and from the first. Each of the three layers looks its rows up; all but the last,
   * which scores the first token alone, turn scores by distance into scores by key, in two
   * operators for queries and two for keys.
   */
  @Override
  int operatorsOutsideFastKernels() {
    return 27;
  }

  @Override
  boolean takesSeveralTexts() {
    return false; // Scores of distances are put in their places for one text.
  }

  @Override
  String layer(int k) {
    return "deberta.encoder.layer." + (k - 1);
  }

  /**
   * A hidden first token weighs all keys alike, so that its answer depends on how many there are.
   */
  @Override
  boolean canBePadded(int[] mask) {
    return mask[0] == 1;
  }
}
