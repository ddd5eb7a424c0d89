package dev.litegraft.lab.architecture;

import java.util.List;

final class BertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "bert-seqcls",
        "bert-seqcls-1label-regression",
        "bert-seqcls-gelu_new-3labels-f16",
        "bert-seqcls-sharded",
        "bert-tokencls");
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
