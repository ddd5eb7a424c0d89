package dev.litegraft.lab.architecture;

import java.util.List;

final class BigBirdTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("big-bird-seqcls", "big-bird-seqcls-without-bias");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "bert.encoder.layer." + (k - 1);
  }

  /** The classifier reads the first token's state itself. */
  @Override
  boolean mayBeMissing(String tensor) {
    return tensor.startsWith("bert.pooler.");
  }
}
