package dev.litegraft.lab.architecture;

import java.util.List;

final class Olmo2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("olmo2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
