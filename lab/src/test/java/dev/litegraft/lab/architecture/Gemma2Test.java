package dev.litegraft.lab.architecture;

import java.util.List;

final class Gemma2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gemma2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
