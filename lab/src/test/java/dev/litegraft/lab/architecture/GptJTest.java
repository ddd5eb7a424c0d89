package dev.litegraft.lab.architecture;

import java.util.List;

final class GptJTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gptj-seqcls");
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
