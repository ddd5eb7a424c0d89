package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** An operator that computes nothing: numbers are looked up, moved, or read in another shape. */
public sealed interface MoveOp extends Op {
  /**
   * {@code output[n] = table[ids[n]]}: ids i32 [n], table [rows, width], dequantized to f32 by the
   * kernel.
   */
  record EmbeddingLookup(Value ids, Value table, Value output) implements MoveOp {
    public EmbeddingLookup {
      Checks.dtype("EMBEDDING_LOOKUP", ids, DType.I32);
      Checks.rank("EMBEDDING_LOOKUP", ids, 1);
      Checks.rank("EMBEDDING_LOOKUP", table, 2);
      Checks.result(
          "EMBEDDING_LOOKUP",
          output,
          DType.F32,
          Shape.of(ids.shape().dim(0), table.shape().dim(1)));
    }

    static EmbeddingLookup of(String name, Value ids, Value table) {
      Shape shape = Shape.of(ids.shape().dim(0), table.shape().last());
      return new EmbeddingLookup(ids, table, Value.of(name, DType.F32, shape));
    }

    @Override
    public List<Value> inputs() {
      return List.of(ids, table);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.embeddingLookup(this);
    }
  }

  /** Rows of {@code x}: {@code output[.., :] = x[indices[..], :]}; indices i32. */
  record Gather(Value x, Value indices, Value output) implements MoveOp {
    public Gather {
      Checks.dtype("GATHER", indices, DType.I32);
      Checks.result("GATHER", output, x.dtype(), Checks.gathered(x, indices));
    }

    static Gather of(String name, Value x, Value indices) {
      return new Gather(x, indices, Value.of(name, x.dtype(), Checks.gathered(x, indices)));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x, indices);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.gather(this);
    }
  }

  /** The same numbers in another type. */
  record Cast(Value x, Value output) implements MoveOp {
    public Cast {
      Checks.result("CAST", output, output.dtype(), x.shape());
    }

    static Cast of(String name, Value x, DType dtype) {
      return new Cast(x, Value.of(name, dtype, x.shape()));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.cast(this);
    }
  }

  /** The dimensions of {@code x}: i32 [rank]. Known before anything is computed. */
  record ShapeOf(Value x, Value output) implements MoveOp {
    public ShapeOf {
      Checks.result("SHAPE", output, DType.I32, Shape.of(x.shape().rank()));
    }

    static ShapeOf of(String name, Value x) {
      return new ShapeOf(x, Value.of(name, DType.I32, Shape.of(x.shape().rank())));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.shapeOf(this);
    }
  }

  /**
   * The same numbers in another shape.
   *
   * @param dims the dimensions, i32 [rank], where more than one is unknown: XNNPACK takes one, and
   *     leaves such an operator to another kernel
   */
  record Reshape(Value x, Optional<Value> dims, Value output) implements MoveOp {
    public Reshape {
      Checks.reshape(x, dims, output.shape());
      Checks.result("RESHAPE", output, x.dtype(), output.shape());
    }

    static Reshape of(String name, Value x, Optional<Value> dims, Shape shape) {
      return new Reshape(x, dims, Value.of(name, x.dtype(), shape));
    }

    @Override
    public List<Value> inputs() {
      return dims.map(d -> List.of(x, d)).orElseGet(() -> List.of(x));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reshape(this);
    }
  }

  /** {@code output.shape[i] = x.shape[permutation[i]]}. */
  record Transpose(Value x, List<Integer> permutation, Value output) implements MoveOp {
    public Transpose {
      permutation = List.copyOf(permutation);
      Checks.result("TRANSPOSE", output, x.dtype(), Checks.permuted(x, permutation));
    }

    static Transpose of(String name, Value x, List<Integer> permutation) {
      return new Transpose(
          x, permutation, Value.of(name, x.dtype(), Checks.permuted(x, permutation)));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.transpose(this);
    }
  }

  /** {@code size} indices from {@code begin} on along {@code axis}; all of the other axes. */
  record StridedSlice(Value x, int axis, int begin, int size, Value output) implements MoveOp {
    public StridedSlice {
      Checks.slice(x, axis, begin, size);
      Checks.result("STRIDED_SLICE", output, x.dtype(), x.shape().with(axis, size));
    }

    static StridedSlice of(String name, Value x, int axis, int begin, int size) {
      int positive = axis < 0 ? x.shape().rank() + axis : axis;
      Checks.slice(x, positive, begin, size);
      return new StridedSlice(
          x, positive, begin, size, Value.of(name, x.dtype(), x.shape().with(positive, size)));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.stridedSlice(this);
    }
  }

  /** The parts one after the other along {@code axis}. */
  record Concatenation(List<Value> parts, int axis, Value output) implements MoveOp {
    public Concatenation {
      parts = List.copyOf(parts);
      Checks.result(
          "CONCATENATION", output, parts.get(0).dtype(), Checks.concatenated(parts, axis));
    }

    static Concatenation of(String name, List<Value> parts, int axis) {
      int positive = axis < 0 ? parts.get(0).shape().rank() + axis : axis;
      Shape shape = Checks.concatenated(parts, positive);
      return new Concatenation(parts, positive, Value.of(name, parts.get(0).dtype(), shape));
    }

    @Override
    public List<Value> inputs() {
      return parts;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.concatenation(this);
    }
  }
}
