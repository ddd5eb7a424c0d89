package dev.litegraft.lab.architecture;

import java.util.List;

final class Starcoder2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("starcoder2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
