package dev.litegraft.lab.architecture;

import java.util.List;

final class XlNetTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("xlnet-seqcls", "xlnet-seqcls-segments");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 20;
  }

  @Override
  String layer(int k) {
    return "transformer.layer." + (k - 1);
  }

  /** What pretraining puts in the place of words. */
  @Override
  boolean mayBeMissing(String tensor) {
    return tensor.endsWith("mask_emb");
  }

  /** The very last token is read, padding too. */
  @Override
  boolean canBePadded(int[] mask) {
    return false;
  }
}
