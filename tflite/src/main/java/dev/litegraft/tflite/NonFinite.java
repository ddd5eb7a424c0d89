package dev.litegraft.tflite;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.Finite;
import dev.litegraft.tensor.Shape;
import java.nio.FloatBuffer;

/** Refuses weights that are not finite: a model with one answers nothing but NaN. */
final class NonFinite {
  private NonFinite() {}

  /**
   * Checks numbers of a constant.
   *
   * @param first index of {@code numbers[0]} in the constant
   * @throws InvalidInputException for a NaN or infinite number, naming tensor and element
   */
  static void check(float[] numbers, int count, long first, Value constant) {
    int found = Finite.firstNonFinite(numbers, 0, count);
    if (found >= 0) {
      throw fault(numbers[found], first + found, constant);
    }
  }

  /** The same for numbers in a buffer. */
  static void check(FloatBuffer numbers, long first, Value constant) {
    int found = Finite.firstNonFinite(numbers);
    if (found >= 0) {
      throw fault(numbers.get(numbers.position() + found), first + found, constant);
    }
  }

  private static InvalidInputException fault(float number, long element, Value constant) {
    Shape shape = constant.shape();
    String place =
        shape.rank() == 2
            ? " (row " + element / shape.dim(1) + ", column " + element % shape.dim(1) + ")"
            : "";
    return new InvalidInputException(
        "a weight is " + number + ", and weights must be finite numbers",
        "tensor " + constant.data().name() + " " + shape + ", element " + element + place,
        "the training run that made this checkpoint diverged, or the file is damaged: use an earlier"
            + " checkpoint or download it again");
  }
}
