package dev.litegraft.architecture;

import dev.litegraft.tflite.TensorType;

/** Breaks a direction, so that a test can see that this is found. */
public final class FamilyThatSeesTheFileFormat {
  private FamilyThatSeesTheFileFormat() {}

  /** Knows what a family must not. */
  public static TensorType type() {
    return TensorType.FLOAT32;
  }
}
