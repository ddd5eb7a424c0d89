package dev.litegraft.operator;

import static dev.litegraft.operator.OperatorUse.require;

import dev.litegraft.tensor.DType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators that read or change a shape, or make numbers of one. */
final class ShapeRules {
  /** Numbers that are followed: shapes and positions, not data. */
  static final int MOST_KNOWN = 4096;

  private ShapeRules() {}

  /** Dimensions, each at least 1. */
  static int[] dims(long[] numbers) {
    require(
        numbers.length <= OperatorUse.MOST_DIMENSIONS,
        () -> "makes " + numbers.length + " dimensions, at most " + OperatorUse.MOST_DIMENSIONS);
    return Arrays.stream(numbers).mapToInt(OperatorUse::dimension).toArray();
  }

  /** To dimensions of an input or, without one, of the options; one of them may be −1. */
  static Operand[] reshape(OperatorUse use) {
    Operand x = use.in(0);
    long[] wanted =
        use.has(1) ? use.known(1) : Arrays.stream(use.list("new_shape")).asLongStream().toArray();
    require(use.has(1) || use.options().containsKey("new_shape"), "has no shape to make");
    int open = -1;
    long product = 1;
    int[] dims = new int[wanted.length];
    require(
        dims.length <= OperatorUse.MOST_DIMENSIONS, () -> "makes " + dims.length + " dimensions");
    for (int i = 0; i < dims.length; i++) {
      if (wanted[i] == -1 && open < 0) {
        open = i;
      } else {
        dims[i] = OperatorUse.dimension(wanted[i]);
        product = Math.min(product * dims[i], 1L << 41);
      }
    }
    long elements = x.elements();
    require(
        open < 0 ? product == elements : product <= elements && elements % product == 0,
        () -> "makes " + Arrays.toString(wanted) + " of " + x);
    if (open >= 0) {
      dims[open] = OperatorUse.dimension(elements / product);
    }
    return new Operand[] {use.result(0, x.type(), dims).with(x.numbers())};
  }

  static Operand[] expandDims(OperatorUse use) {
    Operand x = use.in(0);
    int axis = OperatorUse.axis(use.one(1), x.rank() + 1);
    int[] dims = MoveRules.inserted(x.dims(), axis, 1);
    return new Operand[] {use.result(0, x.type(), dims).with(x.numbers())};
  }

  /** Without the named axes, or without all of 1. */
  static Operand[] squeeze(OperatorUse use) {
    Operand x = use.in(0);
    int[] named = use.list("squeeze_dims");
    boolean[] gone = new boolean[x.rank()];
    for (int axis : named) {
      int place = OperatorUse.axis(axis, x.rank());
      require(x.dim(place) == 1, () -> "leaves out axis " + axis + " of " + x);
      gone[place] = true;
    }
    int[] dims = new int[x.rank()];
    int rank = 0;
    for (int i = 0; i < dims.length; i++) {
      boolean leave = named.length == 0 ? x.dim(i) == 1 : gone[i];
      if (!leave) {
        dims[rank++] = x.dim(i);
      }
    }
    return new Operand[] {use.result(0, x.type(), Arrays.copyOf(dims, rank)).with(x.numbers())};
  }

  static Operand[] shape(OperatorUse use) {
    Operand x = use.in(0);
    long[] numbers = Arrays.stream(x.dims()).asLongStream().toArray();
    return new Operand[] {
      use.result(0, use.out(0).type(), Math.max(numbers.length, 0)).with(numbers)
    };
  }

  static Operand[] rank(OperatorUse use) {
    return new Operand[] {use.result(0, DType.I32).with(new long[] {use.in(0).rank()})};
  }

  static Operand[] fill(OperatorUse use) {
    Operand number = use.in(1);
    require(number.elements() == 1, () -> "fills with " + number);
    int[] dims = dims(use.known(0));
    Operand made = use.result(0, number.type(), dims);
    return new Operand[] {made.with(repeated(number.numbers(), made))};
  }

  private static long @Nullable [] repeated(long @Nullable [] number, Operand made) {
    if (number == null || made.rank() > 1 || made.elements() > MOST_KNOWN) {
      return null;
    }
    long[] numbers = new long[(int) made.elements()];
    Arrays.fill(numbers, number[0]);
    return numbers;
  }

  /** Whole numbers from the first to before the second, by the third. */
  static Operand[] range(OperatorUse use) {
    long begin = use.one(0);
    long end = use.one(1);
    long step = use.one(2);
    require(use.in(0).rank() == 0 && use.in(1).rank() == 0, "counts from a vector");
    require(step != 0, "counts by 0");
    long count = (end - begin + step - Long.signum(step)) / step;
    Operand made = use.result(0, use.in(0).type(), OperatorUse.dimension(count));
    if (count > MOST_KNOWN) {
      return new Operand[] {made};
    }
    long[] numbers = new long[(int) count];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = begin + i * step;
    }
    return new Operand[] {made.with(numbers)};
  }

  static Operand[] broadcastTo(OperatorUse use) {
    Operand x = use.in(0);
    int[] dims = dims(use.known(1));
    require(
        dims.length >= x.rank()
            && Arrays.equals(
                OperatorUse.broadcast(x.dims(), dims, OperatorUse.MOST_DIMENSIONS), dims),
        () -> "broadcasts " + x + " to " + Arrays.toString(dims));
    return use.makes(x.type(), dims);
  }

  /** The shape to which two shapes are broadcast. */
  static Operand[] broadcastArgs(OperatorUse use) {
    int[] dims =
        OperatorUse.broadcast(dims(use.known(0)), dims(use.known(1)), OperatorUse.MOST_DIMENSIONS);
    long[] numbers = Arrays.stream(dims).asLongStream().toArray();
    return new Operand[] {use.result(0, use.in(0).type(), numbers.length).with(numbers)};
  }
}
