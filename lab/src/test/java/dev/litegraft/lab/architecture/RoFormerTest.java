package dev.litegraft.lab.architecture;

import java.util.List;

final class RoFormerTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("roformer-seqcls", "roformer-seqcls-turned-values");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "roformer.encoder.layer." + (k - 1);
  }

  /** Without it the angles are those of a new model. */
  @Override
  boolean mayBeMissing(String tensor) {
    return tensor.endsWith("embed_positions.weight");
  }
}
