package dev.litegraft.lab.architecture;

import java.util.List;

final class ElectraTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("electra-seqcls-bf16");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "electra.encoder.layer." + (k - 1);
  }
}
