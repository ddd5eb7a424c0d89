package dev.litegraft.lab.architecture;

import java.util.List;

final class Glm4Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("glm4-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
