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
  String layer(int k) {
    return "transformer.h." + (k - 1);
  }
}
