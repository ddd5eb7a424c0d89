package dev.litegraft.lab.architecture;

import java.util.List;

final class OptTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("opt-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "model.decoder.layers." + (k - 1);
  }
}
