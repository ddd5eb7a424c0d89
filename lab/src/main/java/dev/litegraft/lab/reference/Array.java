package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import java.util.Arrays;

/**
 * Numbers with a shape, row-major, stored as f32. Nobody writes to the numbers once the array is
 * made.
 */
public final class Array {
  private final Shape shape;
  private final float[] numbers;

  private Array(Shape shape, float[] numbers) {
    if (shape.elements() != numbers.length) {
      throw new IllegalArgumentException(numbers.length + " numbers for " + shape);
    }
    this.shape = shape;
    this.numbers = numbers;
  }

  /**
   * An array over these numbers, which are not copied.
   *
   * @throws IllegalArgumentException if the shape has another number of elements
   */
  public static Array of(Shape shape, float... numbers) {
    return new Array(shape, numbers);
  }

  /**
   * Whole numbers, one row a text: token ids, masks. [b, t]
   *
   * @throws IllegalArgumentException if the rows have different lengths
   */
  public static Array ofRows(int[]... rows) {
    int width = rows.length == 0 ? 0 : rows[0].length;
    float[] numbers = new float[Math.multiplyExact(rows.length, width)];
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != width) {
        throw new IllegalArgumentException(
            "row " + r + " has " + rows[r].length + " numbers, where row 0 has " + width);
      }
      for (int i = 0; i < width; i++) {
        numbers[r * width + i] = rows[r][i];
      }
    }
    return new Array(Shape.of(rows.length, width), numbers);
  }

  /** An array of {@code value} everywhere. */
  public static Array filled(Shape shape, float value) {
    float[] numbers = new float[Math.toIntExact(shape.elements())];
    Arrays.fill(numbers, value);
    return new Array(shape, numbers);
  }

  /** The shape; always static. */
  public Shape shape() {
    return shape;
  }

  /** Dimension {@code axis}; a negative axis counts from the end. */
  public int dim(int axis) {
    return shape.dim(axis);
  }

  /** The numbers themselves, row-major: to read, not to write. */
  public float[] numbers() {
    return numbers;
  }

  /** A copy of row {@code index} of all the numbers before the last axis. */
  public float[] row(int index) {
    int width = shape.last();
    return Arrays.copyOfRange(numbers, index * width, (index + 1) * width);
  }

  /** The same numbers in another shape. */
  public Array reshaped(int... dims) {
    return new Array(Shape.of(dims), numbers);
  }

  /** How many rows there are: the product of all dimensions but the last. */
  int rows() {
    return shape.last() == 0 ? 0 : numbers.length / shape.last();
  }

  @Override
  public String toString() {
    return "f32" + shape;
  }
}
