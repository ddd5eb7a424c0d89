package dev.litegraft.lab.architecture;

import java.util.List;

final class MpnetTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("mpnet-seqcls", "mpnet-model", "mpnet-tokencls");
  }

  /**
   * Eleven are those of any encoder whose positions are counted, and find the distances; three look
   * the biases up; five turn biases by distance into biases by key, once for all layers.
   */
  @Override
  int operatorsOutsideFastKernels() {
    return 19;
  }

  @Override
  String layer(int k) {
    return "mpnet.encoder.layer." + (k - 1);
  }
}
