package dev.litegraft.lab.architecture;

import java.util.List;

final class LongformerTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("longformer-seqcls", "longformer-tokencls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "longformer.encoder.layer." + (k - 1);
  }
}
