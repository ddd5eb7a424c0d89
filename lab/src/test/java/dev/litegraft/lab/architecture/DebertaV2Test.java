package dev.litegraft.lab.architecture;

import java.util.List;

final class DebertaV2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("deberta-v2-seqcls");
  }

  /** Without the look-ups of scores by distance, two a layer, as few as BERT has. */
  @Override
  int operatorsOutsideFastKernels() {
    return 18;
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
