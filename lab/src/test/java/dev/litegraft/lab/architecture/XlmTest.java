package dev.litegraft.lab.architecture;

import java.util.List;

final class XlmTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("xlm-seqcls", "flaubert-seqcls", "xlm-seqcls-mean", "flaubert-seqcls-last");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  /** Languages are given to no model here. */
  @Override
  boolean mayBeMissing(String tensor) {
    return tensor.endsWith("lang_embeddings.weight");
  }
}
