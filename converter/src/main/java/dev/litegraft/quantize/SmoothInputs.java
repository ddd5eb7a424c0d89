package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides what linear layers read, channel by channel, by what their weights are multiplied by: the
 * answer is the same, and a row of activations has no outlier any more that makes its int8 coarse.
 * The division is part of the weights that made the value where only these layers read it: a
 * norm's, or those of a linear layer in front of a product. Else it is a multiplication of its own.
 *
 * <p>Source: Xiao et al., SmoothQuant (2023).
 */
final class SmoothInputs implements Pass {
  private static final float SMALLEST = 1e-5f;
  private static final int CHUNK = 1 << 16;

  private final StoreMatrices stored;
  private final SeenInputs seen;
  private final double alpha;

  /** What became of a constant: the graphs of a file share it. */
  private final Map<Value, Value> made = new HashMap<>();

  /** The factors that a matrix's inputs are multiplied by. */
  private final Map<Value, Value> factorsOf = new HashMap<>();

  /**
   * @param stored says which matrices are multiplied in int8
   * @param seen the largest input of each channel
   * @param alpha how much of what makes inputs uneven the weights take: 0 to 1
   */
  SmoothInputs(StoreMatrices stored, SeenInputs seen, double alpha) {
    this.alpha = alpha;
    this.stored = stored;
    this.seen = seen;
  }

  @Override
  public String name() {
    return "inputs evened out";
  }

  @Override
  public Graph apply(Graph graph) {
    try {
      return new Run(graph).apply(graph);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One graph. */
  private final class Run {
    private final Map<Value, Matrix> matrices;
    private final Map<Value, Integer> readers = new HashMap<>();
    private final Map<Value, Op> makers = new HashMap<>();

    /** The numbers that take the place of a constant's. */
    private final Map<Value, TensorData> changes = new HashMap<>();

    /** Factors of a value that nothing in front of it takes. */
    private final Map<Value, Value> factors = new HashMap<>();

    Run(Graph graph) {
      matrices = Matrix.of(graph);
      for (Op op : graph.ops()) {
        op.inputs().forEach(value -> readers.merge(value, 1, Integer::sum));
        makers.put(op.output(), op);
      }
      graph.outputs().values().forEach(value -> readers.merge(value, 1, Integer::sum));
    }

    Graph apply(Graph graph) throws IOException {
      Map<Value, List<Op.FullyConnected>> groups = new LinkedHashMap<>();
      for (Op op : graph.ops()) {
        if (op instanceof Op.FullyConnected linear && isSmoothed(linear)) {
          groups.computeIfAbsent(linear.x(), x -> new ArrayList<>()).add(linear);
        }
      }
      for (Map.Entry<Value, List<Op.FullyConnected>> group : groups.entrySet()) {
        smooth(group.getKey(), group.getValue());
      }
      Map<Value, Value> divided = new HashMap<>();
      return GraphEdit.of(
          graph,
          (op, edit) -> {
            Op changed = GraphEdit.reading(op, this::changed);
            if (op instanceof Op.FullyConnected linear
                && groups.containsKey(linear.x())
                && isSmoothed(linear)
                && factors.containsKey(linear.x())) {
              Value x = divided.computeIfAbsent(linear.x(), value -> divided(value, edit));
              return GraphEdit.reading(changed, value -> value == linear.x() ? x : value);
            }
            return changed;
          });
    }

    private Value changed(Value constant) {
      TensorData data = changes.get(constant);
      return data == null
          ? constant
          : made.computeIfAbsent(constant, c -> Value.constant(c.name(), data, PlainStorage.F32));
    }

    private Value divided(Value x, GraphEdit edit) {
      Value out = Value.of(edit.name(x.name() + "/smooth"), DType.F32, x.shape());
      Value factor = factors.get(x);
      if (factor == null) {
        throw new IllegalStateException(x.name());
      }
      return edit.insert(new Op.Binary(Op.BinaryKind.MUL, x, factor, out));
    }

    /** A matrix that others read, too, is left alone: they read it as it is. */
    private boolean isSmoothed(Op.FullyConnected linear) {
      Matrix matrix = matrices.get(linear.weight());
      return matrix != null
          && linear.x().dtype() == DType.F32
          && readers.getOrDefault(linear.weight(), 0) == 1
          && stored.form(matrix).isMultipliedInInt8()
          && seen.largest(linear.weight().name()).isPresent();
    }

    private void smooth(Value x, List<Op.FullyConnected> group) throws IOException {
      float[] up = factors(group);
      float[] down = new float[up.length];
      for (int i = 0; i < up.length; i++) {
        down[i] = 1 / up[i];
      }
      boolean alone = readers.getOrDefault(x, 0) == group.size();
      if (!alone || !isTaken(x, down)) {
        Value factor =
            factorsOf.computeIfAbsent(
                group.get(0).weight(),
                weight ->
                    Value.constant(
                        weight.name() + ".smooth",
                        TensorViews.of(weight.name() + ".smooth", Shape.of(down.length), down),
                        PlainStorage.F32));
        factors.put(x, factor);
      }
      for (Op.FullyConnected linear : group) {
        changes.put(linear.weight(), TensorViews.timesColumns(current(linear.weight()), up));
      }
    }

    /** Whether what made a value takes the factors of its channels. */
    private boolean isTaken(Value x, float[] down) {
      Op maker = makers.get(x);
      if (!(maker instanceof Op.Binary binary) || binary.a().dtype() != DType.F32) {
        return false;
      }
      if (binary.kind() == Op.BinaryKind.MUL) {
        return isTakenBy(binary.b(), down) || isTakenBy(binary.a(), down);
      }
      return binary.kind() == Op.BinaryKind.ADD
          && isOwn(binary.b(), down)
          && readers.getOrDefault(binary.a(), 0) == 1
          && makers.get(binary.a()) instanceof Op.Binary inner
          && inner.kind() == Op.BinaryKind.MUL
          && isTakenBy(inner.b(), down)
          && scaled(binary.b(), down);
    }

    /** A vector of a norm, or a linear layer whose rows take them. */
    private boolean isTakenBy(Value part, float[] down) {
      if (isOwn(part, down)) {
        return scaled(part, down);
      }
      if (readers.getOrDefault(part, 0) == 1
          && makers.get(part) instanceof Op.FullyConnected linear
          && readers.getOrDefault(linear.weight(), 0) == 1
          && linear.weight().shape().dim(0) == down.length
          && linear.bias().map(bias -> isOwn(bias, down)).orElse(true)) {
        changes.put(linear.weight(), TensorViews.timesRows(current(linear.weight()), down));
        linear.bias().ifPresent(bias -> scaled(bias, down));
        return true;
      }
      return false;
    }

    /** A constant of a number a channel that nothing else reads. */
    private boolean isOwn(Value part, float[] down) {
      return part.isConstant()
          && part.storage() == PlainStorage.F32
          && readers.getOrDefault(part, 0) == 1
          && part.shape().equals(Shape.of(down.length));
    }

    private boolean scaled(Value vector, float[] down) {
      changes.put(vector, TensorViews.timesColumns(current(vector), down));
      return true;
    }

    /** A matrix may be changed twice: its columns, and its rows. */
    private TensorData current(Value constant) {
      TensorData changed = changes.get(constant);
      return changed == null ? constant.data() : changed;
    }

    private float[] factors(List<Op.FullyConnected> group) throws IOException {
      float[] inputs = seen.largest(group.get(0).weight().name()).orElseThrow();
      float[] weights = new float[inputs.length];
      for (Op.FullyConnected linear : group) {
        addLargest(current(linear.weight()), weights);
      }
      double log = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] =
            (float)
                (Math.pow(Math.max(SMALLEST, inputs[i]), alpha)
                    / Math.pow(Math.max(SMALLEST, weights[i]), 1 - alpha));
        log += Math.log(weights[i]) / weights.length;
      }
      float middle = (float) Math.exp(log);
      for (int i = 0; i < weights.length; i++) {
        weights[i] = Math.max(SMALLEST, weights[i] / middle);
      }
      return weights;
    }

    private static void addLargest(TensorData matrix, float[] largest) throws IOException {
      int width = largest.length;
      int rows = Math.max(1, CHUNK / width);
      float[] numbers = new float[rows * width];
      long count = matrix.shape().elements();
      for (long at = 0; at < count; at += numbers.length) {
        int n = (int) Math.min(numbers.length, count - at);
        matrix.read(at, numbers, 0, n);
        for (int i = 0; i < n; i++) {
          largest[i % width] = Math.max(largest[i % width], Math.abs(numbers[i]));
        }
      }
    }
  }
}
