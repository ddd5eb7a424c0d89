package dev.litegraft.lab.architecture;

import java.util.List;

final class Umt5Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("umt5-seqcls", "umt5-encoder", "umt5-tokencls");
  }

  /** Seven more than in T5 for each further layer, whose biases are its own. */
  @Override
  int operatorsOutsideFastKernels() {
    return 46;
  }

  @Override
  String layer(int k) {
    return "transformer.encoder.block." + (k - 1);
  }
}
