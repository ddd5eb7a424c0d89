package dev.litegraft.lab.architecture;

import java.util.List;

final class XlmRobertaTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("xlm-roberta-seqcls-f16");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 9;
  }

  @Override
  String layer(int k) {
    return "roberta.encoder.layer." + (k - 1);
  }
}
