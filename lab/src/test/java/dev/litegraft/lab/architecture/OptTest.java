package dev.litegraft.lab.architecture;

import java.util.List;

final class OptTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("opt-seqcls");
  }

  /** One more than Llama: positions count the attended tokens, and are looked up in a table. */
  @Override
  int operatorsOutsideFastKernels() {
    return 9;
  }

  @Override
  String layer(int k) {
    return "model.decoder.layers." + (k - 1);
  }
}
