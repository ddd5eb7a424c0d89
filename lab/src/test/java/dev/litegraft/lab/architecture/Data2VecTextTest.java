package dev.litegraft.lab.architecture;

import java.util.List;

final class Data2VecTextTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("data2vec-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "data2vec_text.encoder.layer." + (k - 1);
  }
}
