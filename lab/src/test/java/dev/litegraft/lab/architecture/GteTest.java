package dev.litegraft.lab.architecture;

import java.util.List;

final class GteTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gte-seqcls", "gte-model", "gte-tokencls", "gte-model-without-types");
  }

  /** Words, and positions with their angles, all at the front. */
  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "gte.layers." + (k - 1);
  }
}
