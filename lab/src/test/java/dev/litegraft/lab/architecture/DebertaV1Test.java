package dev.litegraft.lab.architecture;

import java.util.List;

final class DebertaV1Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("deberta-v1-seqcls", "deberta-v1-tokencls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 27;
  }

  @Override
  boolean takesSeveralTexts() {
    return false; // Scores of distances are put in their places for one text.
  }

  @Override
  String layer(int k) {
    return "deberta.encoder.layer." + (k - 1);
  }
}
