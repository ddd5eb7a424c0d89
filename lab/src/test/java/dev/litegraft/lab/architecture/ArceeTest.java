package dev.litegraft.lab.architecture;

import java.util.List;

final class ArceeTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("arcee-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
