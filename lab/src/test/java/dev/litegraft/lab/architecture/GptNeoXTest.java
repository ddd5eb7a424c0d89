package dev.litegraft.lab.architecture;

import java.util.List;

final class GptNeoXTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("gpt-neox-seqcls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 8;
  }

  @Override
  String layer(int k) {
    return "gpt_neox.layers." + (k - 1);
  }
}
