package dev.litegraft.lab.architecture;

import java.util.List;

final class LukeTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("luke-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "luke.encoder.layer." + (k - 1);
  }

  /** What entities alone need. */
  @Override
  boolean mayBeMissing(String tensor) {
    return tensor.contains("entity_embeddings")
        || tensor.contains("w2e_query")
        || tensor.contains("e2w_query")
        || tensor.contains("e2e_query");
  }
}
