package dev.litegraft.lab.architecture;

import java.util.List;

final class MistralTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("mistral-seqcls-nowindow-bf16");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
