package dev.litegraft.lab.architecture;

import java.util.List;

final class StableLmTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("stablelm-seqcls", "stablelm-seqcls-parallel");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
