package dev.litegraft.lab.architecture;

import java.util.List;

final class HeliumTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("helium-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
