package dev.litegraft.lab.architecture;

import java.util.List;

final class DebertaV2Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("deberta-v2-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 18;
  }

  @Override
  String layer(int k) {
    return "deberta.encoder.layer." + (k - 1);
  }
}
