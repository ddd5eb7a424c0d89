package dev.litegraft.lab.architecture;

import java.util.List;

final class JinaV3Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("jina-v3-seqcls", "jina-v3-model", "jina-v3-tokencls");
  }

  /** Words, and positions with their angles, all at the front. */
  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "roberta.layers." + (k - 1);
  }
}
