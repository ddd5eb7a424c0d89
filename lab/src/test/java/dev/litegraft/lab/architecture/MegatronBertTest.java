package dev.litegraft.lab.architecture;

import java.util.List;

final class MegatronBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("megatron-bert-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "bert.encoder.layer." + (k - 1);
  }
}
