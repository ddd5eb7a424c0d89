package dev.litegraft.lab.architecture;

import java.util.List;

final class MinistralTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("ministral-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
