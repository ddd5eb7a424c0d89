package dev.litegraft.lab.architecture;

import java.util.List;

final class ModernBertTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("modernbert-seqcls-cls");
  }

  @Override
  int operatorsOutsideFastKernels() {
    return 9;
  }

  @Override
  String layer(int k) {
    return "model.layers." + (k - 1);
  }

  /** ModernBERT's module records its last state before the final norm. */
  @Override
  boolean lastStateIsNormed() {
    return false;
  }

  /** A first token that is padding sees none, and averages all: its answer follows the length. */
  @Override
  boolean canBePadded(int[] mask) {
    return mask[0] == 1;
  }
}
