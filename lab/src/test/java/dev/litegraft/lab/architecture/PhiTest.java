package dev.litegraft.lab.architecture;

import java.util.List;

final class PhiTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("phi-seqcls", "phi-seqcls-normed-heads");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }
}
