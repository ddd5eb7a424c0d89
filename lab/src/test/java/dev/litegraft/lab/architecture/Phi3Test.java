package dev.litegraft.lab.architecture;

import java.util.List;

final class Phi3Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("phi3-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
