package dev.litegraft.lab.architecture;

import java.util.List;

final class FalconTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "falcon-seqcls",
        "falcon-seqcls-alibi",
        "falcon-seqcls-multi-query",
        "falcon-seqcls-one-norm");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "transformer.h." + (k - 1);
  }
}
