package dev.litegraft.lab.architecture;

import java.util.List;

final class BartTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("bart-seqcls", "bart-seqcls-scaled", "bart-model", "bart-seqcls-version4");
  }

  /**
   * Words, the token that the decoder begins with, and the positions of both parts, all at the
   * front.
   */
  @Override
  int operatorsOutsideFastKernels() {
    return 14;
  }

  @Override
  String layer(int k) {
    return "model.encoder.layers." + (k - 1);
  }
}
