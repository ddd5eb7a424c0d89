package dev.litegraft.tflite;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.Shape;

/** Finds numbers that are not finite: a model with one answers nothing but NaN. */
final class Finite {
  private static final int EXPONENT = 0x7f800000;

  private Finite() {}

  /**
   * Checks numbers of a constant.
   *
   * @param first index of {@code numbers[0]} in the constant
   * @throws InvalidInputException for a NaN or infinite number, naming tensor and element
   */
  static void check(float[] numbers, int count, long first, Value constant) {
    // A number times 0 is 0, unless it is NaN or infinite: then it is NaN, and so is the sum. Four
    // sums keep the additions independent of each other.
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i < count - 3; i += 4) {
      a += numbers[i] * 0f;
      b += numbers[i + 1] * 0f;
      c += numbers[i + 2] * 0f;
      d += numbers[i + 3] * 0f;
    }
    for (; i < count; i++) {
      a += numbers[i] * 0f;
    }
    if (a + b + c + d != 0) {
      throw fault(numbers, count, first, constant);
    }
  }

  private static InvalidInputException fault(
      float[] numbers, int count, long first, Value constant) {
    for (int i = 0; i < count; i++) {
      if ((Float.floatToRawIntBits(numbers[i]) & EXPONENT) == EXPONENT) {
        Shape shape = constant.shape();
        long element = first + i;
        return new InvalidInputException(
            "a weight is " + numbers[i] + ", and weights must be finite numbers",
            "tensor "
                + constant.data().name()
                + " "
                + shape
                + ", element "
                + element
                + (shape.rank() == 2
                    ? " (row " + element / shape.dim(1) + ", column " + element % shape.dim(1) + ")"
                    : ""),
            "the training run that made this checkpoint diverged, or the file is damaged: use an"
                + " earlier checkpoint or download it again");
      }
    }
    throw new IllegalStateException("every number of " + constant + " is finite");
  }
}
