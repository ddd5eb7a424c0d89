package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The rules of operators: shapes inferred, and messages that carry the operands. */
final class Checks {
  private Checks() {}

  static void dtype(String op, Value value, DType expected) {
    if (value.dtype() != expected) {
      throw new GraphException(
          op + " takes " + expected + ", not " + value.dtype(), value.toString());
    }
  }

  /** f32, or i8 with one scale and zero point. */
  static void activation(String op, Value value) {
    if (value.dtype() != DType.F32) {
      dtype(op, value, DType.I8);
      quantized(op, value);
    }
  }

  static void quantized(String op, Value value) {
    boolean one =
        value.quantization().orElse(null) instanceof Quantization.Affine affine
            && affine.scales().size() == 1;
    if (!one) {
      throw new GraphException(op + " needs a value with one scale", value.toString());
    }
  }

  static void rank(String op, Value value, int rank) {
    if (value.shape().rank() != rank) {
      throw new GraphException(
          op + " takes rank " + rank + ", not " + value.shape().rank(), value.toString());
    }
  }

  static void axis(String op, Value value, int axis) {
    if (axis < 0 || axis >= value.shape().rank()) {
      throw new GraphException(op + " has no axis " + axis, value.toString());
    }
  }

  static void same(String op, Value a, int axisA, Value b, int axisB) {
    if (a.shape().dim(axisA) != b.shape().dim(axisB)) {
      throw new GraphException(
          op + ": dimension " + axisA + " of the one is not dimension " + axisB + " of the other",
          a + " and " + b);
    }
  }

  static void result(String op, Value output, DType dtype, Shape shape) {
    if (output.isConstant() || output.dtype() != dtype || !output.shape().equals(shape)) {
      throw new GraphException(
          op + " makes " + dtype + shape + ", not " + output.dtype() + output.shape(),
          output.name());
    }
  }

  static Shape broadcast(String op, Value a, Value b) {
    return broadcast(op, a, b, a.shape(), b.shape());
  }

  private static Shape broadcast(String op, Value a, Value b, Shape left, Shape right) {
    int rank = Math.max(left.rank(), right.rank());
    int[] dims = new int[rank];
    for (int i = 1; i <= rank; i++) {
      int x = i <= left.rank() ? left.dim(-i) : 1;
      int y = i <= right.rank() ? right.dim(-i) : 1;
      if (x != y && x != 1 && y != 1) {
        throw new GraphException(
            op + " cannot broadcast " + left + " and " + right, a + " and " + b);
      }
      dims[rank - i] = x == 1 ? y : x;
    }
    return Shape.of(dims);
  }

  static Shape matMul(Value a, Value b, boolean transposeB) {
    String op = "BATCH_MATMUL";
    dtype(op, b, a.dtype());
    activation(op, b);
    int rank = a.shape().rank();
    if (rank < 2 || b.shape().rank() < 2) {
      throw new GraphException(op + " takes rank 2 or more", a + " and " + b);
    }
    same(op, a, -1, b, transposeB ? -1 : -2);
    Shape left = a.shape().with(-1, 1).with(-2, 1);
    Shape right = b.shape().with(-1, 1).with(-2, 1);
    return broadcast(op, a, b, left, right)
        .with(-2, a.shape().dim(-2))
        .with(-1, b.shape().dim(transposeB ? -2 : -1));
  }

  static void reshape(Value x, Optional<Value> dims, Shape shape) {
    if (!x.shape().sameElements(shape)) {
      throw new GraphException(
          "RESHAPE to " + shape + " changes the number of elements", x.toString());
    }
    dims.ifPresent(value -> dtype("RESHAPE", value, DType.I32));
    if (dims.isPresent() && !dims.get().shape().equals(Shape.of(shape.rank()))) {
      throw new GraphException(
          "RESHAPE to " + shape + " takes a dimension each", dims.get().toString());
    }
    if (dims.isEmpty() && shape.unknowns() > 1) {
      throw new GraphException(
          "RESHAPE to " + shape + " has more than one unknown dimension", x.toString());
    }
  }

  static Shape permuted(Value x, List<Integer> permutation) {
    int rank = x.shape().rank();
    if (permutation.size() != rank || new HashSet<>(permutation).size() != rank) {
      throw new GraphException(
          "TRANSPOSE by " + permutation + " is no permutation of " + rank + " axes", x.toString());
    }
    int[] dims = new int[rank];
    for (int i = 0; i < rank; i++) {
      axis("TRANSPOSE", x, permutation.get(i));
      dims[i] = x.shape().dim(permutation.get(i));
    }
    return Shape.of(dims);
  }

  static Shape gathered(Value x, Value indices) {
    axis("GATHER", x, 0);
    IntStream rows = Arrays.stream(indices.shape().dims());
    IntStream row = Arrays.stream(x.shape().dims()).skip(1);
    return Shape.of(IntStream.concat(rows, row).toArray());
  }

  static void slice(Value x, int axis, int begin, int size) {
    axis("STRIDED_SLICE", x, axis);
    int dim = x.shape().dim(axis);
    int known = Shape.of(dim).at(1).dim(0); // a text has one token at least
    if (begin < 0 || size <= 0 || begin > known - size) {
      throw new GraphException(
          "STRIDED_SLICE of " + size + " from " + begin + " on is outside axis " + axis,
          x.toString());
    }
  }

  static Shape concatenated(List<Value> parts, int axis) {
    Value first = parts.get(0);
    axis("CONCATENATION", first, axis);
    int sum = 0;
    for (Value part : parts) {
      dtype("CONCATENATION", part, first.dtype());
      rank("CONCATENATION", part, first.shape().rank());
      int dim = part.shape().dim(axis);
      if (!part.shape().with(axis, 1).equals(first.shape().with(axis, 1))) {
        throw new GraphException(
            "CONCATENATION along axis " + axis + " of different shapes", first + " and " + part);
      }
      sum = Math.addExact(sum, dim);
    }
    return first.shape().with(axis, sum);
  }
}
