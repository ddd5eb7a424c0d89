package dev.litegraft.lab.architecture;

import java.util.List;

final class AlbertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("albert-seqcls", "albert-seqcls-relative");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "albert.encoder.albert_layer_groups.0.albert_layers." + (k - 1);
  }
}
