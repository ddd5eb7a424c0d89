package dev.litegraft.lab.architecture;

import java.util.Arrays;
import java.util.List;

final class FNetTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("fnet-seqcls-static", "fnet-seqcls", "fnet-tokencls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 11;
  }

  @Override
  String layer(int k) {
    return "fnet.encoder.layer." + (k - 1);
  }

  /** Padding is transformed with the text: only that of 11 tokens was asked with as much of it. */
  @Override
  boolean canBePadded(int[] mask) {
    return Arrays.stream(mask).sum() == 11;
  }
}
