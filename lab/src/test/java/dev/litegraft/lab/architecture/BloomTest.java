package dev.litegraft.lab.architecture;

import java.util.List;

final class BloomTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("bloom-seqcls", "bloom-seqcls-six-heads");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 9;
  }

  @Override
  boolean takesSeveralTexts() {
    return false; // Scores of distances are put in their places for one text.
  }

  @Override
  String layer(int k) {
    return "transformer.h." + (k - 1);
  }
}
