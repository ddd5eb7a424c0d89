package dev.litegraft.lab.architecture;

import java.util.List;

final class Exaone4Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("exaone4-seqcls", "exaone4-seqcls-no-window");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
