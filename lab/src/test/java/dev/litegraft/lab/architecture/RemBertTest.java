package dev.litegraft.lab.architecture;

import java.util.List;

final class RemBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("rembert-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "rembert.encoder.layer." + (k - 1);
  }
}
