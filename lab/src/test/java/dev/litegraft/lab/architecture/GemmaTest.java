package dev.litegraft.lab.architecture;

import java.util.List;

final class GemmaTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gemma-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
