package dev.litegraft.lab.architecture;

import java.util.List;

final class SqueezeBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("squeezebert-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "transformer.encoder.layers." + (k - 1);
  }
}
