package dev.litegraft.operator;

import static dev.litegraft.operator.OperatorUse.require;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Operators that look numbers up, or put them at places. The kernels of GATHER, GATHER_ND,
 * EMBEDDING_LOOKUP and SCATTER_ND compare every index with the size; SPARSE_TO_DENSE does not.
 */
final class IndexRules {
  private IndexRules() {}

  /** ids [n], table [rows, ..]: [n, ..]. */
  static Operand[] embeddingLookup(OperatorUse use) {
    Operand table = use.in(1);
    Operand.Scaling scaling = table.scaling();
    boolean plain = table.type() == dev.litegraft.tensor.DType.F32;
    boolean rows =
        scaling.count() == 1
            || (scaling.count() == table.dim(0) && scaling.axis() == 0)
            || (scaling.block() > 0 && table.dim(-1) % scaling.block() == 0);
    require(
        plain || (table.constant() && rows),
        () -> "has a table without a scale each row: " + table);
    int[] dims = table.dims().clone();
    dims[0] = use.in(0).dim(0);
    return use.makes(use.out(0).type(), dims);
  }

  static Operand[] gather(OperatorUse use) {
    Operand x = use.in(0);
    Operand indices = use.in(1);
    int axis = OperatorUse.axis(use.option("axis"), x.rank());
    int batch = use.option("batch_dims");
    batch += batch < 0 ? indices.rank() : 0;
    require(
        batch >= 0 && batch <= indices.rank() && batch <= axis,
        () -> "has " + use.option("batch_dims") + " dimensions of batches for axis " + axis);
    for (int i = 0; i < batch; i++) {
      require(x.dim(i) == indices.dim(i), () -> "gathers " + indices + " out of " + x);
    }
    int[] dims = new int[x.rank() - 1 + indices.rank() - batch];
    int rank = 0;
    for (int i = 0; i < axis; i++) {
      dims[rank++] = x.dim(i);
    }
    for (int i = batch; i < indices.rank(); i++) {
      dims[rank++] = indices.dim(i);
    }
    for (int i = axis + 1; i < x.rank(); i++) {
      dims[rank++] = x.dim(i);
    }
    Operand made = use.result(0, x.type(), dims);
    return new Operand[] {made.with(x.rank() == 1 ? picked(x, indices) : null)};
  }

  private static long @Nullable [] picked(Operand x, Operand indices) {
    long[] numbers = x.numbers();
    long[] places = indices.numbers();
    if (numbers == null || places == null) {
      return null;
    }
    long[] picked = new long[places.length];
    for (int i = 0; i < picked.length; i++) {
      long place = places[i];
      require(place >= 0 && place < numbers.length, () -> "gathers " + place + " out of " + x);
      picked[i] = numbers[(int) place];
    }
    return picked;
  }

  static Operand[] gatherNd(OperatorUse use) {
    Operand x = use.in(0);
    Operand indices = use.in(1);
    int depth = indices.dim(-1);
    require(depth >= 1 && depth <= x.rank(), () -> "gathers " + indices + " out of " + x);
    int[] dims = Arrays.copyOf(indices.dims(), indices.rank() - 1 + x.rank() - depth);
    System.arraycopy(x.dims(), depth, dims, indices.rank() - 1, x.rank() - depth);
    return use.makes(x.type(), dims);
  }

  static Operand[] scatterNd(OperatorUse use) {
    Operand indices = use.in(0);
    Operand updates = use.in(1);
    int[] dims = ShapeRules.dims(use.known(2));
    int depth = indices.dim(-1);
    require(depth >= 1 && depth <= dims.length, () -> "scatters " + indices + " to " + dims.length);
    int[] expected = Arrays.copyOf(indices.dims(), indices.rank() - 1 + dims.length - depth);
    System.arraycopy(dims, depth, expected, indices.rank() - 1, dims.length - depth);
    require(
        Arrays.equals(updates.dims(), expected),
        () -> "scatters " + updates + ", where " + Arrays.toString(expected) + " is needed");
    requireInside(use.known(0), depth, dims);
    return use.makes(updates.type(), dims);
  }

  /** Indices [n, rank] or [n], the shape, as many values or one, and what stands elsewhere. */
  static Operand[] sparseToDense(OperatorUse use) {
    Operand indices = use.in(0);
    int[] dims = ShapeRules.dims(use.known(1));
    Operand values = use.in(2);
    require(dims.length <= 4, () -> "makes " + dims.length + " dimensions, at most 4");
    int depth = indices.rank() == 2 ? indices.dim(1) : 1;
    require(depth == dims.length, () -> "puts " + indices + " into " + Arrays.toString(dims));
    long places = indices.elements() / depth;
    require(
        values.rank() == 0 || (values.rank() == 1 && values.dim(0) == places),
        () -> "puts " + values + " at " + places + " places");
    require(
        use.in(3).type() == values.type() && use.in(3).elements() == 1,
        () -> "fills with " + use.in(3) + " around " + values);
    requireInside(use.known(0), depth, dims);
    return use.makes(values.type(), dims);
  }

  private static void requireInside(long[] indices, int depth, int[] dims) {
    for (int i = 0; i < indices.length; i++) {
      require(
          indices[i] >= 0 && indices[i] < dims[i % depth],
          "writes at " + indices[i] + " of axis " + i % depth + " of " + Arrays.toString(dims));
    }
  }

  static Operand[] oneHot(OperatorUse use) {
    Operand indices = use.in(0);
    int depth = OperatorUse.dimension(use.one(1));
    Operand on = use.in(2);
    Operand off = use.in(3);
    require(
        on.type() == off.type() && on.elements() == 1 && off.elements() == 1,
        () -> "writes " + on + " and " + off);
    int axis =
        use.option("axis") == -1
            ? indices.rank()
            : OperatorUse.axis(use.option("axis"), indices.rank() + 1);
    return use.makes(on.type(), MoveRules.inserted(indices.dims(), axis, depth));
  }
}
