package dev.litegraft.lab.architecture;

import java.util.List;

final class ErnieTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("ernie-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "ernie.encoder.layer." + (k - 1);
  }
}
