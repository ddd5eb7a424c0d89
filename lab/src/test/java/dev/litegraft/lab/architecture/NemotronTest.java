package dev.litegraft.lab.architecture;

import java.util.List;

final class NemotronTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("nemotron-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
