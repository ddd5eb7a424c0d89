package dev.litegraft.lab.architecture;

import java.util.List;

final class Mt5Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("mt5-seqcls", "mt5-encoder", "mt5-tokencls");
  }

  /** As in T5. */
  @Override
  int operatorsOutsideFastKernels() {
    return 25;
  }

  @Override
  String layer(int k) {
    return "transformer.encoder.block." + (k - 1);
  }
}
