package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * An operator of the edge graph: exactly what TFLite can run and this project emits.
 *
 * <p>Attributes that TFLite takes as small integer tensors (new shapes, permutations, axes) are
 * plain fields here; the writer makes the tensors. Every record checks ranks, shapes and dtypes as
 * it is built, and its {@code of} infers the result's shape.
 *
 * <p>Source: {@code tensorflow/lite/core/kernels/} and {@code schema.fbs}.
 */
public sealed interface Op {
  /** The values that are read, in TFLite's order. */
  List<Value> inputs();

  /** The value that is made. */
  Value output();

  /** Calls the visitor's method for this operator. */
  <R> R accept(Visitor<R> visitor);

  /** The operator's name in TFLite: {@code FULLY_CONNECTED}. */
  default String mnemonic() {
    return accept(Mnemonics.INSTANCE);
  }

  /** One method an operator: what does not handle a new operator does not compile. */
  interface Visitor<R> {
    R unary(Unary op);

    R binary(Binary op);

    R reduce(Reduce op);

    R gelu(Gelu op);

    R softmax(Softmax op);

    R fullyConnected(FullyConnected op);

    R batchMatMul(BatchMatMul op);

    R embeddingLookup(EmbeddingLookup op);

    R gather(Gather op);

    R cumsum(Cumsum op);

    R cast(Cast op);

    R shapeOf(ShapeOf op);

    R reshape(Reshape op);

    R transpose(Transpose op);

    R stridedSlice(StridedSlice op);

    R concatenation(Concatenation op);

    R dequantize(Dequantize op);
  }

  /** An elementwise function of one f32 value. */
  enum UnaryKind {
    ABS,
    COS,
    EXP,
    LOG,
    LOGISTIC,
    NEG,
    RELU,
    RSQRT,
    SIN,
    SQRT,
    SQUARE,
    TANH
  }

  /** {@code output = kind(x)}, elementwise; f32. */
  record Unary(UnaryKind kind, Value x, Value output) implements Op {
    public Unary {
      Checks.dtype(kind.name(), x, DType.F32);
      Checks.result(kind.name(), output, x.dtype(), x.shape());
    }

    static Unary of(UnaryKind kind, String name, Value x) {
      return new Unary(kind, x, Value.of(name, x.dtype(), x.shape()));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.unary(this);
    }
  }

  /** An elementwise function of two values, with numpy's broadcasting. */
  enum BinaryKind {
    ADD,
    DIV,
    MAXIMUM,
    MINIMUM,
    MUL,
    SQUARED_DIFFERENCE,
    SUB
  }

  /** {@code output = kind(a, b)}, elementwise with broadcasting; both f32 or both i32. */
  record Binary(BinaryKind kind, Value a, Value b, Value output) implements Op {
    public Binary {
      Checks.dtype(kind.name(), b, a.dtype());
      Checks.result(kind.name(), output, a.dtype(), Checks.broadcast(kind.name(), a, b));
    }

    static Binary of(BinaryKind kind, String name, Value a, Value b) {
      return new Binary(kind, a, b, Value.of(name, a.dtype(), Checks.broadcast(kind.name(), a, b)));
    }

    @Override
    public List<Value> inputs() {
      return List.of(a, b);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.binary(this);
    }
  }

  /** A reduction over one axis. */
  enum ReduceKind {
    MEAN,
    REDUCE_MAX,
    SUM
  }

  /** {@code output = kind(x)} over {@code axis} (not negative), which stays as a dimension of 1. */
  record Reduce(ReduceKind kind, Value x, int axis, Value output) implements Op {
    public Reduce {
      Checks.dtype(kind.name(), x, DType.F32);
      Checks.axis(kind.name(), x, axis);
      Checks.result(kind.name(), output, x.dtype(), x.shape().with(axis, 1));
    }

    static Reduce of(ReduceKind kind, String name, Value x, int axis) {
      int positive = axis < 0 ? x.shape().rank() + axis : axis;
      return new Reduce(kind, x, positive, Value.of(name, x.dtype(), x.shape().with(positive, 1)));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reduce(this);
    }
  }

  /** The Gaussian error linear unit: by erf, or by the tanh approximation. */
  record Gelu(boolean approximate, Value x, Value output) implements Op {
    public Gelu {
      Checks.dtype("GELU", x, DType.F32);
      Checks.result("GELU", output, x.dtype(), x.shape());
    }

    static Gelu of(boolean approximate, String name, Value x) {
      return new Gelu(approximate, x, Value.of(name, x.dtype(), x.shape()));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.gelu(this);
    }
  }

  /** Softmax over the last axis. */
  record Softmax(Value x, Value output) implements Op {
    public Softmax {
      Checks.dtype("SOFTMAX", x, DType.F32);
      Checks.result("SOFTMAX", output, x.dtype(), x.shape());
    }

    static Softmax of(String name, Value x) {
      return new Softmax(x, Value.of(name, x.dtype(), x.shape()));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.softmax(this);
    }
  }

  /**
   * {@code output[.., o] = sum_i x[.., i] · weight[o, i] + bias[o]}; the leading dimensions of
   * {@code x} are kept.
   *
   * @param bias absent, or one f32 vector
   */
  record FullyConnected(Value x, Value weight, Optional<Value> bias, Value output) implements Op {
    public FullyConnected {
      Checks.dtype("FULLY_CONNECTED", x, DType.F32);
      Checks.rank("FULLY_CONNECTED", weight, 2);
      Checks.same("FULLY_CONNECTED", x, -1, weight, 1);
      if (bias.isPresent()) {
        Checks.dtype("FULLY_CONNECTED", bias.get(), DType.F32);
        Checks.rank("FULLY_CONNECTED", bias.get(), 1);
        Checks.same("FULLY_CONNECTED", bias.get(), 0, weight, 0);
      }
      Checks.result(
          "FULLY_CONNECTED", output, DType.F32, x.shape().with(-1, weight.shape().dim(0)));
    }

    static FullyConnected of(String name, Value x, Value weight, Optional<Value> bias) {
      Checks.rank("FULLY_CONNECTED", weight, 2);
      Shape shape = x.shape().with(-1, weight.shape().dim(0));
      return new FullyConnected(x, weight, bias, Value.of(name, DType.F32, shape));
    }

    @Override
    public List<Value> inputs() {
      return bias.map(b -> List.of(x, weight, b)).orElseGet(() -> List.of(x, weight));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.fullyConnected(this);
    }
  }

  /**
   * {@code output = a · b}, or {@code a · bᵀ} with {@code transposeB}; leading dimensions
   * broadcast.
   */
  record BatchMatMul(Value a, Value b, boolean transposeB, Value output) implements Op {
    public BatchMatMul {
      Checks.result("BATCH_MATMUL", output, DType.F32, Checks.matMul(a, b, transposeB));
    }

    static BatchMatMul of(String name, Value a, Value b, boolean transposeB) {
      return new BatchMatMul(
          a, b, transposeB, Value.of(name, DType.F32, Checks.matMul(a, b, transposeB)));
    }

    @Override
    public List<Value> inputs() {
      return List.of(a, b);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.batchMatMul(this);
    }
  }

  /**
   * {@code output[n] = table[ids[n]]}: ids i32 [n], table [rows, width], dequantized to f32 by the
   * kernel.
   */
  record EmbeddingLookup(Value ids, Value table, Value output) implements Op {
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
  record Gather(Value x, Value indices, Value output) implements Op {
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

  /** The running sum along {@code axis}; an exclusive one begins with 0. */
  record Cumsum(Value x, int axis, boolean exclusive, Value output) implements Op {
    public Cumsum {
      Checks.axis("CUMSUM", x, axis);
      Checks.result("CUMSUM", output, x.dtype(), x.shape());
    }

    static Cumsum of(String name, Value x, int axis, boolean exclusive) {
      return new Cumsum(x, axis, exclusive, Value.of(name, x.dtype(), x.shape()));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.cumsum(this);
    }
  }

  /** The same numbers in another type. */
  record Cast(Value x, Value output) implements Op {
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
  record ShapeOf(Value x, Value output) implements Op {
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
  record Reshape(Value x, Optional<Value> dims, Value output) implements Op {
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
  record Transpose(Value x, List<Integer> permutation, Value output) implements Op {
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
  record StridedSlice(Value x, int axis, int begin, int size, Value output) implements Op {
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
  record Concatenation(List<Value> parts, int axis, Value output) implements Op {
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

  /** A constant that is stored in f16 or i8, as f32 (weight-only recipes). */
  record Dequantize(Value x, Value output) implements Op {
    public Dequantize {
      Checks.result("DEQUANTIZE", output, DType.F32, x.shape());
    }

    static Dequantize of(String name, Value x) {
      return new Dequantize(x, Value.of(name, DType.F32, x.shape()));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.dequantize(this);
    }
  }
}
