package dev.litegraft.lab.architecture;

import java.util.List;

final class EsmTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("esm-seqcls", "esm-seqcls-absolute");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 9;
  }

  @Override
  String layer(int k) {
    return "esm.encoder.layer." + (k - 1);
  }

  /** What predicts contacts, and frequencies that the config says too. */
  @Override
  boolean mayBeMissing(String tensor) {
    return tensor.startsWith("esm.contact_head.") || tensor.endsWith(".inv_freq");
  }
}
