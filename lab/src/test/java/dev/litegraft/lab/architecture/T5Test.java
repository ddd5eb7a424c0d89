package dev.litegraft.lab.architecture;

import java.util.List;

final class T5Test extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("t5-seqcls", "t5-encoder", "t5-encoder-gated", "t5-tokencls");
  }

  /**
   * Five are those of any encoder; ten look up and arrange the biases of each part, which its
   * layers share; three find the token that the decoder begins with.
   */
  @Override
  int operatorsOutsideFastKernels() {
    return 25;
  }

  @Override
  String layer(int k) {
    return "transformer.encoder.block." + (k - 1);
  }
}
