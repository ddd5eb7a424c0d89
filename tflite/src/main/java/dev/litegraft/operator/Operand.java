package dev.litegraft.operator;

import dev.litegraft.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What an operator reads or makes, as far as its rule needs to know it.
 *
 * @param name for messages
 * @param type of its numbers
 * @param dims all known: of one number of tokens
 * @param constant whether its numbers are in the file
 * @param numbers where they are whole, few, and known before anything runs; else null
 * @param scaling how whole numbers stand for others
 */
public record Operand(
    String name,
    DType type,
    int[] dims,
    boolean constant,
    long @Nullable [] numbers,
    Scaling scaling) {

  /** A value that is computed, of unknown numbers. */
  public static Operand of(String name, DType type, int... dims) {
    return new Operand(name, type, dims, false, null, Scaling.NONE);
  }

  /** Whole numbers that are known, as a vector. */
  public static Operand whole(String name, long... numbers) {
    return new Operand(name, DType.I32, new int[] {numbers.length}, true, numbers, Scaling.NONE);
  }

  /** The same with numbers that are known. */
  Operand with(long @Nullable [] known) {
    return new Operand(name, type, dims, constant, known, scaling);
  }

  int rank() {
    return dims.length;
  }

  /** Dimension {@code axis}; a negative axis counts from the end. */
  int dim(int axis) {
    return dims[axis < 0 ? dims.length + axis : axis];
  }

  /**
   * How many numbers.
   *
   * @throws OperatorException if there are more than a file can hold
   */
  public long elements() {
    long n = 1;
    for (int dim : dims) {
      n *= dim;
      if (n > 1L << 40) {
        throw new OperatorException(this + " is larger than any tensor can be");
      }
    }
    return n;
  }

  /** Bytes of all numbers. */
  public long bytes() {
    return type.bytes(elements());
  }

  /** For example {@code logits F32[1, 2]}. */
  @Override
  public String toString() {
    return name + " " + type + Arrays.toString(dims);
  }

  /**
   * Scales of whole numbers.
   *
   * @param count how many; 0 for numbers that are what they are
   * @param axis that they belong to, where there are several
   * @param block numbers that share a scale, if scales are by block; else 0
   * @param first the first scale
   */
  public record Scaling(int count, int axis, int block, float first) {
    /** Numbers are what they are. */
    public static final Scaling NONE = new Scaling(0, 0, 0, 0);
  }
}
