package dev.litegraft.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The dimensions of a tensor, outermost first.
 *
 * <p>A graph has one unknown, the number of tokens t. A positive dimension is a fixed size; a
 * negative one, {@code n · TOKENS + m}, stands for n·t + m ({@link #TOKENS} is t itself). Scaling a
 * dimension, or adding two, is therefore one operation, whichever they are; n is below 32,768 and m
 * below 65,536, which no graph comes near. Tensors of a checkpoint have fixed dimensions only.
 */
public final class Shape {
  /** The dimension t: as many as there are tokens. */
  public static final int TOKENS = -(1 << 16);

  private static final Shape SCALAR = new Shape();

  private final int[] dims;

  private Shape(int... dims) {
    this.dims = dims;
  }

  /** A shape of these dimensions; none is a scalar. */
  public static Shape of(int... dims) {
    return dims.length == 0 ? SCALAR : new Shape(dims.clone());
  }

  /** The number of dimensions. */
  public int rank() {
    return dims.length;
  }

  /** Dimension {@code axis}; a negative axis counts from the end. */
  public int dim(int axis) {
    return dims[axis < 0 ? dims.length + axis : axis];
  }

  /** The innermost dimension. */
  public int last() {
    return dims[dims.length - 1];
  }

  /** A copy of the dimensions. */
  public int[] dims() {
    return dims.clone();
  }

  /** Whether every dimension is known. */
  public boolean isStatic() {
    for (int d : dims) {
      if (d < 0) {
        return false;
      }
    }
    return true;
  }

  /** This shape with dimension {@code axis} replaced; a negative axis counts from the end. */
  public Shape with(int axis, int dim) {
    int[] copy = dims.clone();
    copy[axis < 0 ? dims.length + axis : axis] = dim;
    return new Shape(copy);
  }

  /** This shape for a text of {@code tokens} tokens. */
  public Shape at(int tokens) {
    int[] copy = dims.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = Math.addExact(Math.multiplyExact(perToken(copy[i]), tokens), fixed(copy[i]));
    }
    return new Shape(copy);
  }

  /**
   * The number of elements of a static shape.
   *
   * @throws ArithmeticException if it does not fit in 63 bits
   * @throws IllegalStateException if a dimension is unknown
   */
  public long elements() {
    if (!isStatic()) {
      throw new IllegalStateException(
          "the number of elements of " + this + " depends on the number of tokens");
    }
    long n = 1;
    for (int d : dims) {
      n = Math.multiplyExact(n, (long) d);
    }
    return n;
  }

  /** n of a dimension n·t + m. */
  private static int perToken(int dim) {
    return dim >= 0 ? 0 : (dim + 1) / TOKENS + 1;
  }

  /** m of a dimension n·t + m. */
  private static int fixed(int dim) {
    return dim - perToken(dim) * TOKENS;
  }

  /** Whether both have the same number of elements for every number of tokens. */
  public boolean sameElements(Shape other) {
    int degree = Math.max(unknowns(), other.unknowns());
    return Arrays.equals(coefficients(degree), other.coefficients(degree));
  }

  /** How many dimensions depend on the number of tokens. */
  public int unknowns() {
    int n = 0;
    for (int d : dims) {
      n += d < 0 ? 1 : 0;
    }
    return n;
  }

  /** The number of elements as a polynomial in t: number i stands before tⁱ. */
  private long[] coefficients(int degree) {
    long[] product = new long[degree + 1];
    product[0] = 1;
    for (int d : dims) {
      for (int i = degree; i >= 0; i--) {
        long lower = i == 0 ? 0 : Math.multiplyExact(product[i - 1], (long) perToken(d));
        product[i] = Math.addExact(Math.multiplyExact(product[i], (long) fixed(d)), lower);
      }
    }
    return product;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Shape s && Arrays.equals(dims, s.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** For example {@code [1, 9, 3t, 2t+1, 64]}. */
  @Override
  public String toString() {
    return Arrays.stream(dims).mapToObj(Shape::text).collect(Collectors.joining(", ", "[", "]"));
  }

  private static String text(int dim) {
    int n = perToken(dim);
    String tokens = n == 0 ? "" : n == 1 ? "t" : n + "t";
    int m = fixed(dim);
    return n == 0 ? Integer.toString(m) : m == 0 ? tokens : tokens + "+" + m;
  }
}
