package dev.litegraft.lab.architecture;

import java.util.Arrays;
import java.util.List;

final class MobileBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of(
        "mobilebert-seqcls",
        "mobilebert-seqcls-without-bottleneck",
        "mobilebert-seqcls-within-bottleneck");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 10;
  }

  @Override
  String layer(int k) {
    return "mobilebert.encoder.layer." + (k - 1);
  }

  /** Padding behind a text is read: only the text of 11 tokens was asked with as much of it. */
  @Override
  boolean canBePadded(int[] mask) {
    return Arrays.stream(mask).sum() == 11;
  }
}
