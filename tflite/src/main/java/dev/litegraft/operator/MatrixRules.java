package dev.litegraft.operator;

import static dev.litegraft.operator.OperatorUse.require;

import dev.litegraft.operator.Operand.Scaling;
import dev.litegraft.tensor.DType;
import java.util.Arrays;

/** Operators that multiply matrices, or sum along axes. */
final class MatrixRules {
  private MatrixRules() {}

  /** x [.., i], weight [o, i], bias [o]; without {@code keep_num_dims} the result is [n, o]. */
  static Operand[] fullyConnected(OperatorUse use) {
    Operand x = use.in(0);
    Operand weight = use.in(1);
    ElementwiseRules.activation(use);
    require(use.option("weights_format") == 0, "has shuffled weights");
    require(use.option("quantized_bias_type") == 0, "has a bias of a type of its own");
    int in = weight.dim(1);
    int out = weight.dim(0);
    boolean kept = use.flag("keep_num_dims");
    require(
        kept ? x.rank() > 0 && x.dim(-1) == in : x.elements() % in == 0,
        () -> "multiplies " + x + " by " + weight);
    weights(weight, x);
    if (use.has(2)) {
      Operand bias = use.in(2);
      require(bias.elements() == out, () -> "adds " + bias + " to " + out + " numbers");
      require(
          bias.type() == (x.type() == DType.F32 ? DType.F32 : DType.I32),
          () -> "adds " + bias + " to a product of " + x);
    }
    DType made = use.out(0).type();
    require(made == x.type(), () -> "makes " + use.out(0) + " of " + x);
    ElementwiseRules.requireScale(x, x.type());
    ElementwiseRules.requireScale(use.out(0), made);
    int[] dims =
        kept
            ? OperatorUse.with(x.dims(), x.rank() - 1, out)
            : new int[] {OperatorUse.dimension(x.elements() / in), out};
    return use.makes(made, dims);
  }

  private static void weights(Operand weight, Operand x) {
    Scaling scaling = weight.scaling();
    if (weight.type() == DType.F32) {
      require(x.type() == DType.F32, () -> "multiplies " + x + " by " + weight);
      return;
    }
    require(weight.constant(), () -> "has small weights that are computed: " + weight);
    boolean blocks =
        scaling.block() > 0 && weight.dim(1) % scaling.block() == 0 && scaling.block() % 32 == 0;
    boolean rows =
        scaling.count() == 1 || (scaling.count() == weight.dim(0) && scaling.axis() == 0);
    require(
        scaling.block() > 0 ? blocks : rows,
        () -> "has weights without a scale each row: " + weight);
  }

  /** a [.., n, k], b [.., k, m]; the dimensions before are broadcast. */
  static Operand[] batchMatMul(OperatorUse use) {
    Operand a = use.in(0);
    Operand b = use.in(1);
    require(a.type() == b.type(), () -> "multiplies " + a + " by " + b);
    ElementwiseRules.requireScale(a, a.type());
    ElementwiseRules.requireScale(b, b.type());
    ElementwiseRules.requireScale(use.out(0), a.type());
    int rows = a.dim(use.flag("adj_x") ? -1 : -2);
    int inner = a.dim(use.flag("adj_x") ? -2 : -1);
    int columns = b.dim(use.flag("adj_y") ? -2 : -1);
    require(inner == b.dim(use.flag("adj_y") ? -1 : -2), () -> "multiplies " + a + " by " + b);
    int[] left = Arrays.copyOf(a.dims(), a.rank() - 2);
    int[] right = Arrays.copyOf(b.dims(), b.rank() - 2);
    int[] batch = OperatorUse.broadcast(left, right, 3);
    int[] dims = Arrays.copyOf(batch, batch.length + 2);
    dims[batch.length] = rows;
    dims[batch.length + 1] = columns;
    return use.makes(a.type(), dims);
  }

  /** Along axes that are in the file. */
  static Operand[] reduce(OperatorUse use) {
    Operand x = use.in(0);
    ElementwiseRules.requireScale(x, x.type());
    ElementwiseRules.requireScale(use.out(0), x.type());
    boolean[] reduced = new boolean[x.rank()];
    for (long axis : use.known(1)) {
      reduced[OperatorUse.axis(axis, x.rank())] = true;
    }
    int[] dims = new int[x.rank()];
    int rank = 0;
    for (int i = 0; i < dims.length; i++) {
      if (!reduced[i] || use.flag("keep_dims")) {
        dims[rank++] = reduced[i] ? 1 : x.dim(i);
      }
    }
    return use.makes(x.type(), Arrays.copyOf(dims, rank));
  }

  /** A product of known dimensions is known, too. */
  static Operand[] product(OperatorUse use) {
    Operand made = reduce(use)[0];
    long[] numbers = use.in(0).numbers();
    if (numbers == null || made.elements() != 1) {
      return new Operand[] {made};
    }
    long product = 1;
    for (long n : numbers) {
      product *= n;
      if (product != (int) product) {
        return new Operand[] {made};
      }
    }
    return new Operand[] {made.with(new long[] {product})};
  }

  static Operand[] cumsum(OperatorUse use) {
    Operand x = use.in(0);
    OperatorUse.axis(use.one(1), x.rank());
    return use.makes(x.type(), x.dims());
  }

  static Operand[] argument(OperatorUse use) {
    Operand x = use.in(0);
    int axis = OperatorUse.axis(use.one(1), x.rank());
    return use.makes(use.out(0).type(), OperatorUse.without(x.dims(), axis));
  }

  static Operand[] topK(OperatorUse use) {
    Operand x = use.in(0);
    long k = use.one(1);
    require(k >= 1 && k <= x.dim(-1), () -> "looks for the " + k + " largest of " + x);
    int[] dims = OperatorUse.with(x.dims(), x.rank() - 1, (int) k);
    return new Operand[] {use.result(0, x.type(), dims), use.result(1, use.out(1).type(), dims)};
  }

  static Operand[] l2Normalization(OperatorUse use) {
    require(use.option("fused_activation_function") == 0, "has a fused activation");
    return use.makes(DType.F32, use.in(0).dims());
  }
}
