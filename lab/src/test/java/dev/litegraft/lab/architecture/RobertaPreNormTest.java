package dev.litegraft.lab.architecture;

import java.util.List;

final class RobertaPreNormTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("roberta-prelayernorm-seqcls", "xlm-roberta-xl-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "roberta_prelayernorm.encoder.layer." + (k - 1);
  }
}
