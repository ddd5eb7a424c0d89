package dev.litegraft.lab.architecture;

import java.util.List;

final class DistilBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("distilbert-seqcls", "distilbert-tokencls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "distilbert.transformer.layer." + (k - 1);
  }
}
