package dev.litegraft.operator;

import static dev.litegraft.operator.OperatorUse.require;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Operators that cut, join, turn and pad. */
final class MoveRules {
  private MoveRules() {}

  static Operand[] transpose(OperatorUse use) {
    Operand x = use.in(0);
    long[] permutation = use.known(1);
    require(
        permutation.length == x.rank(), () -> "permutes " + permutation.length + " axes of " + x);
    int[] dims = new int[x.rank()];
    boolean[] seen = new boolean[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      long axis = permutation[i];
      require(axis >= 0 && axis < x.rank() && !seen[(int) axis], () -> "is no permutation of " + x);
      seen[(int) axis] = true;
      dims[i] = x.dim((int) axis);
    }
    return use.makes(x.type(), dims);
  }

  static Operand[] slice(OperatorUse use) {
    Operand x = use.in(0);
    long[] begin = use.known(1);
    long[] size = use.known(2);
    require(
        begin.length == x.rank() && size.length == x.rank(),
        () -> "cuts " + begin.length + " and " + size.length + " axes of " + x);
    int[] dims = new int[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      long length = size[i] == -1 ? x.dim(i) - begin[i] : size[i];
      require(
          begin[i] >= 0 && length >= 1 && begin[i] <= x.dim(i) - length,
          "cuts " + size[i] + " from " + begin[i] + " on out of axis " + i + " of " + x);
      dims[i] = (int) length;
    }
    Operand made = use.result(0, x.type(), dims);
    long[] numbers = x.numbers();
    return new Operand[] {
      numbers == null || x.rank() != 1
          ? made
          : made.with(Arrays.copyOfRange(numbers, (int) begin[0], (int) begin[0] + dims[0]))
    };
  }

  static Operand[] concatenation(OperatorUse use) {
    ElementwiseRules.activation(use);
    Operand first = use.in(0);
    int axis = OperatorUse.axis(use.option("axis"), first.rank());
    long sum = 0;
    for (int i = 0; i < use.inputs().size(); i++) {
      Operand part = use.in(i);
      require(
          part.type() == first.type()
              && part.rank() == first.rank()
              && Arrays.equals(
                  OperatorUse.with(part.dims(), axis, 1), OperatorUse.with(first.dims(), axis, 1)),
          () -> "joins " + first + " and " + part);
      ElementwiseRules.requireScale(part, part.type());
      sum += part.dim(axis);
    }
    ElementwiseRules.requireScale(use.out(0), first.type());
    int[] dims = OperatorUse.with(first.dims(), axis, OperatorUse.dimension(sum));
    Operand made = use.result(0, first.type(), dims);
    return new Operand[] {made.with(first.rank() == 1 ? joined(use) : null)};
  }

  private static long @Nullable [] joined(OperatorUse use) {
    long[] numbers = new long[0];
    for (int i = 0; i < use.inputs().size(); i++) {
      long[] part = use.in(i).numbers();
      if (part == null) {
        return null;
      }
      int at = numbers.length;
      numbers = Arrays.copyOf(numbers, at + part.length);
      System.arraycopy(part, 0, numbers, at, part.length);
    }
    return numbers;
  }

  /** Values of one shape along a new axis. */
  static Operand[] pack(OperatorUse use) {
    Operand first = use.in(0);
    int count = use.inputs().size();
    require(
        use.option("values_count") == count, () -> "packs " + count + ", not as many as it says");
    int axis = OperatorUse.axis(use.option("axis"), first.rank() + 1);
    for (int i = 1; i < count; i++) {
      require(
          use.in(i).type() == first.type() && Arrays.equals(use.in(i).dims(), first.dims()),
          "packs " + first + " and " + use.in(i));
    }
    int[] dims = inserted(first.dims(), axis, count);
    Operand made = use.result(0, first.type(), dims);
    return new Operand[] {made.with(first.rank() == 0 ? joined(use) : null)};
  }

  static Operand[] unpack(OperatorUse use) {
    Operand x = use.in(0);
    int axis = OperatorUse.axis(use.option("axis"), x.rank());
    int count = use.outputs().size();
    require(
        use.option("num") == count && x.dim(axis) == count,
        () -> "unpacks " + count + " values of axis " + axis + " of " + x);
    long[] numbers = x.rank() == 1 ? x.numbers() : null;
    Operand[] made = new Operand[count];
    for (int i = 0; i < count; i++) {
      made[i] =
          use.result(i, x.type(), OperatorUse.without(x.dims(), axis))
              .with(numbers == null ? null : new long[] {numbers[i]});
    }
    return made;
  }

  static Operand[] split(OperatorUse use) {
    Operand x = use.in(1);
    int axis = OperatorUse.axis(use.one(0), x.rank());
    int count = use.outputs().size();
    require(
        count > 0 && use.option("num_splits") == count && x.dim(axis) % count == 0,
        () ->
            "splits axis "
                + axis
                + " of "
                + x
                + " into "
                + use.option("num_splits")
                + ", makes "
                + count);
    Operand[] made = new Operand[count];
    for (int i = 0; i < count; i++) {
      made[i] = use.result(i, x.type(), OperatorUse.with(x.dims(), axis, x.dim(axis) / count));
    }
    return made;
  }

  static Operand[] splitBySizes(OperatorUse use) {
    Operand x = use.in(0);
    long[] sizes = use.known(1);
    int axis = OperatorUse.axis(use.one(2), x.rank());
    int count = use.outputs().size();
    require(
        use.option("num_splits") == count && sizes.length == count,
        () -> "splits " + x + " into " + sizes.length + ", makes " + count);
    long rest = x.dim(axis);
    int open = -1;
    for (int i = 0; i < count; i++) {
      if (sizes[i] == -1 && open < 0) {
        open = i;
      } else {
        require(sizes[i] >= 1, "makes a part of " + sizes[i]);
        rest -= sizes[i];
      }
    }
    require(
        open < 0 ? rest == 0 : rest >= 1, () -> "splits " + x + " into " + Arrays.toString(sizes));
    Operand[] made = new Operand[count];
    for (int i = 0; i < count; i++) {
      int size = (int) (i == open ? rest : sizes[i]);
      made[i] = use.result(i, x.type(), OperatorUse.with(x.dims(), axis, size));
    }
    return made;
  }

  static Operand[] tile(OperatorUse use) {
    Operand x = use.in(0);
    long[] times = use.known(1);
    require(times.length == x.rank(), () -> "repeats " + times.length + " axes of " + x);
    int[] dims = new int[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      require(times[i] >= 1 && times[i] <= Integer.MAX_VALUE, "repeats " + times[i] + " times");
      dims[i] = OperatorUse.dimension(times[i] * x.dim(i));
    }
    return use.makes(x.type(), dims);
  }

  static Operand[] pad(OperatorUse use) {
    Operand x = use.in(0);
    Operand paddings = use.in(1);
    require(
        Arrays.equals(paddings.dims(), new int[] {x.rank(), 2}),
        () -> "pads " + x + " by " + paddings);
    long[] by = use.known(1);
    int[] dims = new int[x.rank()];
    for (int i = 0; i < dims.length; i++) {
      long before = by[2 * i];
      long after = by[2 * i + 1];
      require(
          before >= 0 && after >= 0 && before <= Integer.MAX_VALUE && after <= Integer.MAX_VALUE,
          () -> "pads by " + before + " and " + after);
      dims[i] = OperatorUse.dimension(before + x.dim(i) + after);
    }
    ElementwiseRules.requireScale(x, x.type());
    if (use.has(2)) {
      Operand with = use.in(2);
      require(with.type() == x.type() && with.elements() == 1, () -> "pads " + x + " with " + with);
    }
    return use.makes(x.type(), dims);
  }

  static Operand[] reverse(OperatorUse use) {
    Operand x = use.in(0);
    OperatorUse.axis(use.one(1), x.rank());
    return use.makes(x.type(), x.dims());
  }

  static int[] inserted(int[] dims, int axis, int dim) {
    int[] copy = new int[dims.length + 1];
    System.arraycopy(dims, 0, copy, 0, axis);
    copy[axis] = dim;
    System.arraycopy(dims, axis, copy, axis + 1, dims.length - axis);
    return copy;
  }

  static Operand[] stridedSlice(OperatorUse use) {
    return StridedSliceRule.of(use);
  }
}
