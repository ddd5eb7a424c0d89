package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Collects operators in execution order. Every method appends one operator, checks it, and returns
 * what it makes.
 *
 * <p>Names are made unique by a number behind them; a constant that is asked for twice under one
 * name is made once.
 */
public final class GraphBuilder {
  private final List<Op> ops = new ArrayList<>();
  private final Map<String, Value> inputs = new LinkedHashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Map<String, Value> constants;
  private String scope = "";

  /** A graph that shares no constants with another. */
  public GraphBuilder() {
    this(new HashMap<>());
  }

  /**
   * A graph that shares its constants with other graphs of the same file.
   *
   * @param constants name to constant; what this graph makes is added
   */
  public GraphBuilder(Map<String, Value> constants) {
    this.constants = constants;
  }

  /** Anonymous values are named after this path from now on. */
  public void scope(String path) {
    scope = path;
  }

  /** An input of the signature. */
  public Value input(String name, DType dtype, Shape shape) {
    Value value = Value.of(unique(name), dtype, shape);
    inputs.put(name, value);
    return value;
  }

  /** Numbers in the file. */
  public Value constant(String name, TensorData data, Storage storage) {
    Value value = constants.computeIfAbsent(name, n -> Value.constant(n, data, storage));
    if (!value.shape().equals(data.shape())) {
      throw new GraphException(
          "two constants of one name: " + value.shape() + " and " + data.shape(), name);
    }
    names.putIfAbsent(name, 1);
    return value;
  }

  /** One f32 number, of shape [1], which broadcasts against everything. */
  public Value scalar(double number) {
    String name = "scalar/" + (float) number;
    return constant(name, TensorViews.of(name, Shape.of(1), (float) number), PlainStorage.F32);
  }

  public Value unary(Op.UnaryKind kind, Value x) {
    return append(Op.Unary.of(kind, anonymous(kind.name()), x));
  }

  public Value binary(Op.BinaryKind kind, Value a, Value b) {
    return append(Op.Binary.of(kind, anonymous(kind.name()), a, b));
  }

  public Value add(Value a, Value b) {
    return binary(Op.BinaryKind.ADD, a, b);
  }

  public Value sub(Value a, Value b) {
    return binary(Op.BinaryKind.SUB, a, b);
  }

  public Value mul(Value a, Value b) {
    return binary(Op.BinaryKind.MUL, a, b);
  }

  public Value reduce(Op.ReduceKind kind, Value x, int axis) {
    return append(Op.Reduce.of(kind, anonymous(kind.name()), x, axis));
  }

  public Value gelu(Value x, boolean approximate) {
    return append(Op.Gelu.of(approximate, anonymous("GELU"), x));
  }

  public Value softmax(Value x) {
    return append(Op.Softmax.of(anonymous("SOFTMAX"), x));
  }

  public Value fullyConnected(String name, Value x, Value weight, Optional<Value> bias) {
    return append(Op.FullyConnected.of(unique(name), x, weight, bias));
  }

  public Value batchMatMul(Value a, Value b, boolean transposeB) {
    return append(Op.BatchMatMul.of(anonymous("BATCH_MATMUL"), a, b, transposeB));
  }

  public Value embeddingLookup(Value ids, Value table) {
    return append(MoveOp.EmbeddingLookup.of(anonymous("EMBEDDING_LOOKUP"), ids, table));
  }

  public Value gather(Value x, Value indices) {
    return append(MoveOp.Gather.of(anonymous("GATHER"), x, indices));
  }

  public Value cumsum(Value x, int axis, boolean exclusive) {
    return append(Op.Cumsum.of(anonymous("CUMSUM"), x, axis, exclusive));
  }

  /** The value itself where it has the type already. */
  public Value cast(Value x, DType dtype) {
    return x.dtype() == dtype ? x : append(MoveOp.Cast.of(anonymous("CAST"), x, dtype));
  }

  /** The value itself where it has the shape already. */
  public Value reshape(Value x, Shape shape) {
    return x.shape().equals(shape)
        ? x
        : append(MoveOp.Reshape.of(anonymous("RESHAPE"), x, Optional.empty(), shape));
  }

  /** To dimensions that are a value of the graph, i32 [rank]: those of {@code shape}. */
  public Value reshape(Value x, Value dims, Shape shape) {
    return append(MoveOp.Reshape.of(anonymous("RESHAPE"), x, Optional.of(dims), shape));
  }

  public Value shapeOf(Value x) {
    return append(MoveOp.ShapeOf.of(anonymous("SHAPE"), x));
  }

  public Value transpose(Value x, Integer... permutation) {
    return append(MoveOp.Transpose.of(anonymous("TRANSPOSE"), x, List.of(permutation)));
  }

  /** The value itself where the slice is all of it. */
  public Value slice(Value x, int axis, int begin, int size) {
    return begin == 0 && size == x.shape().dim(axis)
        ? x
        : append(MoveOp.StridedSlice.of(anonymous("STRIDED_SLICE"), x, axis, begin, size));
  }

  /** The part itself where there is only one. */
  public Value concatenation(List<Value> parts, int axis) {
    return parts.size() == 1
        ? parts.get(0)
        : append(MoveOp.Concatenation.of(anonymous("CONCATENATION"), parts, axis));
  }

  /** As whole numbers of this type, which stand for those of {@code x}. */
  public Value quantize(Value x, DType dtype, Quantization.Affine quantization) {
    return append(Op.Quantize.of(anonymous("QUANTIZE"), x, dtype, quantization));
  }

  /** Numbers that stand for others, or f16, as f32. */
  public Value dequantize(Value x) {
    return append(Op.Dequantize.of(anonymous("DEQUANTIZE"), x));
  }

  /** Gives a value that an operator made the name of a module. Inputs and constants keep theirs. */
  public Value named(Value value, String name) {
    if (!value.isConstant() && !inputs.containsValue(value)) {
      value.rename(unique(name));
    }
    return value;
  }

  /** The value that an operator made under this name, for probes. */
  public Optional<Value> find(String name) {
    return ops.stream().map(Op::output).filter(value -> value.name().equals(name)).findFirst();
  }

  /** The graph, verified. Operators that no output needs are left out. */
  public Graph build(String signature, Map<String, Value> outputs) {
    Graph graph = new Graph(signature, inputs, outputs, ops).withoutDeadOps();
    GraphVerifier.verify(graph);
    return graph;
  }

  private Value append(Op op) {
    ops.add(op);
    return op.output();
  }

  private String anonymous(String kind) {
    return unique((scope.isEmpty() ? "" : scope + "/") + kind.toLowerCase(java.util.Locale.ROOT));
  }

  private String unique(String name) {
    int count = names.merge(name, 1, Integer::sum);
    return count == 1 ? name : unique(name + "_" + count);
  }
}
