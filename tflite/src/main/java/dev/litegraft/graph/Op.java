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
public sealed interface Op
    permits MoveOp,
        Op.Unary,
        Op.Binary,
        Op.Reduce,
        Op.Gelu,
        Op.Softmax,
        Op.FullyConnected,
        Op.BatchMatMul,
        Op.Cumsum,
        Op.Dequantize,
        Op.Quantize {
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

    R embeddingLookup(MoveOp.EmbeddingLookup op);

    R gather(MoveOp.Gather op);

    R cumsum(Cumsum op);

    R cast(MoveOp.Cast op);

    R shapeOf(MoveOp.ShapeOf op);

    R reshape(MoveOp.Reshape op);

    R transpose(MoveOp.Transpose op);

    R stridedSlice(MoveOp.StridedSlice op);

    R concatenation(MoveOp.Concatenation op);

    R dequantize(Dequantize op);

    R quantize(Quantize op);
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
   * <p>Activations are f32, or both are i8 with a quantization and the bias is i32.
   *
   * @param bias absent, or one vector
   */
  record FullyConnected(Value x, Value weight, Optional<Value> bias, Value output) implements Op {
    public FullyConnected {
      Checks.activation("FULLY_CONNECTED", x);
      Checks.rank("FULLY_CONNECTED", weight, 2);
      Checks.same("FULLY_CONNECTED", x, -1, weight, 1);
      if (bias.isPresent()) {
        Checks.dtype("FULLY_CONNECTED", bias.get(), x.dtype() == DType.F32 ? DType.F32 : DType.I32);
        Checks.rank("FULLY_CONNECTED", bias.get(), 1);
        Checks.same("FULLY_CONNECTED", bias.get(), 0, weight, 0);
      }
      Checks.activation("FULLY_CONNECTED", output);
      Checks.result(
          "FULLY_CONNECTED", output, x.dtype(), x.shape().with(-1, weight.shape().dim(0)));
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
   * broadcast. All three are f32, or i8 with one scale and zero point.
   */
  record BatchMatMul(Value a, Value b, boolean transposeB, Value output) implements Op {
    public BatchMatMul {
      Checks.activation("BATCH_MATMUL", a);
      Checks.activation("BATCH_MATMUL", output);
      Checks.result("BATCH_MATMUL", output, a.dtype(), Checks.matMul(a, b, transposeB));
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

  /**
   * What is stored in f16 or stands for other numbers, as f32: a constant (weight-only recipes) or
   * an activation.
   */
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

  /** An f32 value as whole numbers that stand for its own: {@code output} has a quantization. */
  record Quantize(Value x, Value output) implements Op {
    public Quantize {
      Checks.dtype("QUANTIZE", x, DType.F32);
      Checks.result("QUANTIZE", output, output.dtype(), x.shape());
      Checks.quantized("QUANTIZE", output);
    }

    /** One scale and zero point for all numbers. */
    static Quantize of(String name, Value x, DType dtype, Quantization.Affine quantization) {
      return new Quantize(x, Value.of(name, dtype, x.shape(), quantization));
    }

    @Override
    public List<Value> inputs() {
      return List.of(x);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.quantize(this);
    }
  }
}
