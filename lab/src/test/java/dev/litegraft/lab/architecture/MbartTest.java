package dev.litegraft.lab.architecture;

import java.util.List;

final class MbartTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("mbart-seqcls", "mbart-seqcls-eos", "mbart-model");
  }

  /** Words and the positions of both parts, all at the front. */
  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "model.encoder.layers." + (k - 1);
  }
}
