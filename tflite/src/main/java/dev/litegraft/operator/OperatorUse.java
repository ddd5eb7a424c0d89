package dev.litegraft.operator;

import dev.litegraft.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One use of an operator in a graph or file: what its rule looks at.
 *
 * @param inputs in TFLite's order; null for what is absent
 * @param options by name: Boolean, Integer, Float, or a list of Integer; what is not there is 0
 * @param outputs what the file declares of them, in TFLite's order
 */
public record OperatorUse(
    List<@Nullable Operand> inputs, Map<String, Object> options, List<Operand> outputs) {
  /** Kernels without a fast path for more dimensions than this end the process. */
  static final int MOST_DIMENSIONS = 8;

  /** Input {@code i}, which must be there. */
  Operand in(int i) {
    Operand operand = has(i) ? inputs.get(i) : null;
    if (operand == null) {
      throw new OperatorException("has no input " + i);
    }
    return operand;
  }

  boolean has(int i) {
    return i < inputs.size() && inputs.get(i) != null;
  }

  /** The output that is declared at place {@code i}. */
  Operand out(int i) {
    if (i >= outputs.size()) {
      throw new OperatorException("has no output " + i);
    }
    return outputs.get(i);
  }

  /** The numbers of input {@code i}, which must be known before anything runs. */
  long[] known(int i) {
    Operand operand = in(i);
    long[] numbers = operand.numbers();
    if (numbers == null) {
      throw new OperatorException(
          "depends on numbers that are not known before it runs: " + operand);
    }
    return numbers;
  }

  /** The only number of input {@code i}. */
  long one(int i) {
    long[] numbers = known(i);
    if (numbers.length != 1) {
      throw new OperatorException("takes one number, not " + in(i));
    }
    return numbers[0];
  }

  int option(String name) {
    return options.get(name) instanceof Number number ? number.intValue() : 0;
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(options.get(name));
  }

  float real(String name) {
    return options.get(name) instanceof Float number ? number : 0;
  }

  /** No list is a list of none. */
  int[] list(String name) {
    return options.get(name) instanceof List<?> list
        ? list.stream().mapToInt(n -> ((Number) n).intValue()).toArray()
        : new int[0];
  }

  /** A value of the declared name. */
  Operand[] makes(DType type, int... dims) {
    return new Operand[] {result(0, type, dims)};
  }

  Operand result(int i, DType type, int... dims) {
    Operand declared = out(i);
    return new Operand(declared.name(), type, dims, false, null, declared.scaling());
  }

  static void require(boolean holds, String what) {
    if (!holds) {
      throw new OperatorException(what);
    }
  }

  /** The sentence is made where it is needed: a graph has thousands of these. */
  static void require(boolean holds, Supplier<String> what) {
    if (!holds) {
      throw new OperatorException(what.get());
    }
  }

  /** An axis of {@code rank} dimensions, counted from the front. */
  static int axis(long axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new OperatorException("has no axis " + axis + " of " + rank);
    }
    return (int) (axis < 0 ? axis + rank : axis);
  }

  /** The dimensions to which two are broadcast. */
  static int[] broadcast(int[] a, int[] b, int mostDimensions) {
    if (Arrays.equals(a, b)) {
      return a;
    }
    int rank = Math.max(a.length, b.length);
    require(
        rank <= mostDimensions,
        () -> "broadcasts " + rank + " dimensions, at most " + mostDimensions);
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= a.length ? a[a.length - i] : 1;
      int y = i <= b.length ? b[b.length - i] : 1;
      require(
          x == y || x == 1 || y == 1,
          () -> "cannot broadcast " + Arrays.toString(a) + " and " + Arrays.toString(b));
      dims[rank - i] = x == 1 ? y : x;
    }
    return dims;
  }

  /** A whole number from {@code least} to {@code most} of which a dimension can be made. */
  static int dimension(long n) {
    require(n >= 1 && n <= Integer.MAX_VALUE, () -> "makes a dimension of " + n);
    return (int) n;
  }

  /** {@code dims} with another dimension in place of one. */
  static int[] with(int[] dims, int axis, int dim) {
    int[] copy = dims.clone();
    copy[axis] = dim;
    return copy;
  }

  /** {@code dims} without one of them. */
  static int[] without(int[] dims, int axis) {
    int[] copy = new int[dims.length - 1];
    System.arraycopy(dims, 0, copy, 0, axis);
    System.arraycopy(dims, axis + 1, copy, axis, copy.length - axis);
    return copy;
  }
}
