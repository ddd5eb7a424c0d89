package dev.litegraft.lab.architecture;

import java.util.List;

final class Qwen3Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("qwen3-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
