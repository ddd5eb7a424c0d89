package dev.litegraft.lab.architecture;

import java.util.List;

final class NomicBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "nomic-bert-seqcls", "nomic-bert-model", "nomic-bert-tokencls", "nomic-bert-model-yarn");
  }

  /** Words, token types, and positions with their angles, all at the front. */
  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "nomic_bert.layers." + (k - 1);
  }
}
