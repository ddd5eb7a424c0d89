package dev.litegraft.lab.architecture;

import java.util.List;

final class Qwen2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("qwen2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
