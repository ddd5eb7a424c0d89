package dev.litegraft.operator;

import static dev.litegraft.operator.OperatorUse.require;

import java.util.Arrays;

/**
 * STRIDED_SLICE, as numpy's basic indexing: an entry an axis, and masks that say of an entry that
 * it is open, stands for all axes between, for a new one, or for one that goes away. Strides are
 * positive.
 *
 * <p>Source: {@code StridedSliceParams} and {@code strided_slice.cc} of TFLite.
 */
final class StridedSliceRule {
  /** What the kernel can count through. */
  private static final int MOST_DIMENSIONS = 5;

  private final OperatorUse use;
  private final Operand x;
  private final long[] begin;
  private final long[] end;
  private final long[] strides;
  private int[] dims = new int[0];
  private int axis;
  private int loops;
  private long first;
  private long step = 1;

  private StridedSliceRule(OperatorUse use) {
    this.use = use;
    this.x = use.in(0);
    this.begin = use.known(1);
    this.end = use.known(2);
    this.strides = use.known(3);
  }

  static Operand[] of(OperatorUse use) {
    return new StridedSliceRule(use).made();
  }

  private boolean masked(String mask, int entry) {
    return (use.option(mask) >> entry & 1) != 0;
  }

  private Operand[] made() {
    int entries = begin.length;
    require(
        end.length == entries && strides.length == entries && entries <= MOST_DIMENSIONS,
        () -> "has " + entries + ", " + end.length + " and " + strides.length + " entries");
    require(!use.flag("offset"), "counts its end from its begin");
    int between = x.rank() - entries;
    for (int i = 0; i < entries; i++) {
      between += masked("new_axis_mask", i) && !masked("ellipsis_mask", i) ? 1 : 0;
    }
    boolean open = false;
    for (int i = 0; i < entries; i++) {
      if (masked("ellipsis_mask", i)) {
        require(!open, "has two entries for all axes between");
        open = true;
        whole(between + 1);
      } else if (masked("new_axis_mask", i)) {
        add(1);
        loops++;
      } else {
        entry(i);
      }
    }
    whole(x.rank() - axis);
    require(loops <= MOST_DIMENSIONS, () -> "cuts " + loops + " axes, at most " + MOST_DIMENSIONS);
    Operand made = use.result(0, x.type(), dims);
    return new Operand[] {made.with(x.rank() == 1 ? numbers(made) : null)};
  }

  private long @org.jspecify.annotations.Nullable [] numbers(Operand made) {
    long[] known = x.numbers();
    if (known == null) {
      return null;
    }
    long[] numbers = new long[(int) made.elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = known[(int) (first + i * step)];
    }
    return numbers;
  }

  private void whole(int axes) {
    require(axes >= 0 && axis + axes <= x.rank(), () -> "has more entries than " + x + " has axes");
    for (int i = 0; i < axes; i++) {
      add(x.dim(axis++));
      loops++;
    }
  }

  private void entry(int i) {
    require(axis < x.rank(), () -> "has more entries than " + x + " has axes");
    int dim = x.dim(axis++);
    loops++;
    long stride = strides[i];
    require(stride >= 1 && stride <= Integer.MAX_VALUE, () -> "has a stride of " + stride);
    boolean gone = masked("shrink_axis_mask", i);
    // An entry that goes away is one index: its begin counts also where it is open.
    long from = masked("begin_mask", i) ? 0 : begin[i] < 0 ? begin[i] + dim : begin[i];
    long to = masked("end_mask", i) ? dim : end[i] < 0 ? end[i] + dim : Math.min(end[i], dim);
    from = gone ? from : Math.max(from, 0);
    to = gone ? from + 1 : to;
    require(
        from >= 0 && from < dim && to > from,
        "cuts " + begin[i] + " to " + end[i] + " out of axis " + (axis - 1) + " of " + x);
    first = from;
    step = stride;
    if (!gone) {
      add((int) ((to - from + stride - 1) / stride));
    }
  }

  private void add(int dim) {
    dims = Arrays.copyOf(dims, dims.length + 1);
    dims[dims.length - 1] = dim;
  }
}
