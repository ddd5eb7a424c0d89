package dev.litegraft.lab.architecture;

import java.util.List;

final class EuroBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "eurobert-seqcls",
        "eurobert-seqcls-bos",
        "eurobert-seqcls-mean",
        "eurobert-model",
        "eurobert-tokencls");
  }

  /** The masks, words, positions and their angles, all at the front. */
  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "model.layers." + (k - 1);
  }
}
