package dev.litegraft.quantize;

import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphEdit;
import dev.litegraft.graph.Op;
import dev.litegraft.graph.PlainStorage;
import dev.litegraft.graph.Quantization;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.graph.Value;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Linear layers in whole numbers: activations of 8 bits whose scales are known, sums and biases of
 * 32. All else stays in f32, between DEQUANTIZE and QUANTIZE.
 *
 * <p>A value has one scale. So that a channel of large numbers does not make the others coarse, a
 * layer makes each channel as large as the others (its weights, which have a scale a row, lose
 * nothing by it), and what is dequantized is multiplied back in f32.
 *
 * <p>So are the products of attention, whose operands have one scale as well. Softmax stays in f32
 * between them: its result is rounded to 256ths.
 *
 * @param stored says which matrices are multiplied in int8
 * @param ranges of what layers and products read and make
 */
record StaticInt8(StoreMatrices stored, SeenRanges ranges) implements Pass {
  private static final float STEPS = 255;
  private static final int LEAST = -128;
  private static final float WEIGHT_STEPS = 127;
  private static final float SMALLEST = 1e-4f;

  /** How much smaller than the largest one a channel may be made larger. */
  private static final float SMALLEST_FACTOR = 1e-3f;

  /** What kernels give the result of a softmax: 0 to 255 / 256. */
  private static final Quantization.Affine PROBABILITIES = Quantization.Affine.of(1f / 256, LEAST);

  /** What i32 holds of the numbers that f32 has. */
  private static final double MOST = 2147483520;

  @Override
  public String name() {
    return "activations in int8";
  }

  @Override
  public Graph apply(Graph graph) {
    return GraphEdit.of(graph, new Run(graph)::step);
  }

  /** The operators of a graph that become whole. */
  private record Wholes(
      StoreMatrices stored, Map<Value, Matrix> matrices, AttentionProducts products) {
    static Wholes of(Graph graph, StoreMatrices stored) {
      return new Wholes(stored, Matrix.of(graph), AttentionProducts.of(graph));
    }

    /** What is read and made in whole numbers by an operator; nothing of one that stays in f32. */
    List<Value> values(Op op) {
      if (op instanceof Op.FullyConnected linear
          && matrices.containsKey(linear.weight())
          && stored.form(matrices.get(linear.weight())) == MatrixForm.INT8
          && !linear.x().isConstant()
          && linear.x().dtype() == DType.F32) {
        return List.of(linear.x(), linear.output());
      }
      if (op instanceof Op.BatchMatMul product && products.contains(product)) {
        return products.mixed().contains(product.output())
            ? List.of(product.b(), product.output()) // probabilities have a scale of their own
            : List.of(product.a(), product.b(), product.output());
      }
      return List.of();
    }
  }

  /** One graph. */
  private final class Run {
    private final Map<Value, Map<Quantization.Affine, Value>> wholes = new HashMap<>();
    private final Wholes which;

    Run(Graph graph) {
      which = Wholes.of(graph, stored);
    }

    Op step(Op op, GraphEdit edit) {
      List<Value> values = which.values(op);
      if (values.isEmpty() || !values.stream().allMatch(v -> ranges.range(v.name()).isPresent())) {
        return op;
      }
      return op instanceof Op.FullyConnected linear
          ? linear(linear, edit)
          : product((Op.BatchMatMul) op, edit);
    }

    private Op product(Op.BatchMatMul op, GraphEdit edit) {
      SeenRanges.Range made = range(op.output());
      String name = edit.name(op.output().name() + "/int8");
      Value out = Value.of(name, DType.I8, op.output().shape(), quantization(made, ones(made)));
      boolean mixes = which.products.mixed().contains(op.output());
      Value a = whole(op.a(), mixes ? PROBABILITIES : quantization(op.a()), edit);
      Value b = whole(op.b(), symmetric(range(op.b())), edit);
      edit.insert(new Op.BatchMatMul(a, b, op.transposeB(), out));
      return new Op.Dequantize(out, op.output());
    }

    private Op linear(Op.FullyConnected op, GraphEdit edit) {
      SeenRanges.Range range = range(op.output());
      float[] factors = factors(range);
      float[] inverse = new float[factors.length];
      for (int i = 0; i < inverse.length; i++) {
        inverse[i] = 1 / factors[i];
      }
      Value x = whole(op.x(), quantization(op.x()), edit);
      TensorData matrix = TensorViews.timesRows(op.weight().data(), inverse);
      Value weight = Value.constant(op.weight().name(), matrix, SymmetricInt8.PER_CHANNEL);
      Optional<Value> bias =
          op.bias().map(b -> bias(b, TensorViews.timesColumns(b.data(), inverse), x, matrix, edit));
      String name = op.output().name();
      Shape shape = op.output().shape();
      Value out =
          Value.of(edit.name(name + "/int8"), DType.I8, shape, quantization(range, factors));
      edit.insert(new Op.FullyConnected(x, weight, bias, out));
      Value wide = Value.of(edit.name(name + "/scaled"), DType.F32, shape);
      edit.insert(new Op.Dequantize(out, wide));
      String back = edit.name(name + "/channels");
      Value channels =
          Value.constant(
              back, TensorViews.of(back, Shape.of(factors.length), factors), PlainStorage.F32);
      return new Op.Binary(Op.BinaryKind.MUL, wide, channels, op.output());
    }

    private SeenRanges.Range range(Value value) {
      return ranges.range(value.name()).orElseThrow();
    }

    private Value whole(Value value, Quantization.Affine quantization, GraphEdit edit) {
      return wholes
          .computeIfAbsent(value, v -> new HashMap<>())
          .computeIfAbsent(
              quantization,
              q -> {
                String name = edit.name(value.name() + "/int8");
                Value whole = Value.of(name, DType.I8, value.shape(), q);
                return edit.insert(new Op.Quantize(value, whole));
              });
    }

    private Quantization.Affine quantization(Value value) {
      return quantization(range(value), ones(range(value)));
    }

    /** Without a zero point. */
    private static Quantization.Affine symmetric(SeenRanges.Range range) {
      float most = SMALLEST;
      for (int i = 0; i < range.least().length; i++) {
        most = Math.max(most, Math.max(-range.least()[i], range.largest()[i]));
      }
      return Quantization.Affine.of(most / WEIGHT_STEPS, 0);
    }

    private static float[] ones(SeenRanges.Range range) {
      float[] ones = new float[range.least().length];
      Arrays.fill(ones, 1);
      return ones;
    }

    /** What each channel is larger or smaller than the largest one. */
    private static float[] factors(SeenRanges.Range range) {
      float[] factors = new float[range.least().length];
      float most = SMALLEST;
      for (int i = 0; i < factors.length; i++) {
        factors[i] = Math.max(Math.abs(range.least()[i]), Math.abs(range.largest()[i]));
        most = Math.max(most, factors[i]);
      }
      for (int i = 0; i < factors.length; i++) {
        factors[i] = Math.max(SMALLEST_FACTOR, factors[i] / most);
      }
      return factors;
    }

    private static Quantization.Affine quantization(SeenRanges.Range range, float[] factors) {
      float least = 0;
      float largest = 0;
      for (int i = 0; i < factors.length; i++) {
        least = Math.min(least, range.least()[i] / factors[i]);
        largest = Math.max(largest, range.largest()[i] / factors[i]);
      }
      float scale = Math.max(SMALLEST, largest - least) / STEPS;
      return Quantization.Affine.of(scale, Math.round(LEAST - least / scale));
    }

    /** In steps of the product of both scales. */
    private static Value bias(
        Value bias, TensorData data, Value x, TensorData weight, GraphEdit edit) {
      Quantization.Affine input = (Quantization.Affine) x.quantization().orElseThrow();
      int rows = weight.shape().dim(0);
      float[] numbers = new float[rows];
      List<Float> scales = new ArrayList<>();
      try {
        data.read(0, numbers, 0, rows);
        float[] weights = scales(weight);
        for (int row = 0; row < rows; row++) {
          float scale = input.scales().get(0) * weights[row];
          scales.add(scale);
          double whole = Math.rint(numbers[row] / (double) scale);
          numbers[row] = (float) Math.max(-MOST, Math.min(MOST, whole));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      String name = edit.name(bias.name() + "/int32");
      return Value.constant(
          name,
          TensorViews.of(name, bias.shape(), numbers),
          PlainStorage.I32,
          new Quantization.Affine(scales, Collections.nCopies(rows, 0L), 0));
    }

    /** Those that {@link SymmetricInt8} finds. */
    private static float[] scales(TensorData weight) throws IOException {
      int width = weight.shape().dim(1);
      float[] scales = new float[weight.shape().dim(0)];
      float[] row = new float[width];
      for (int i = 0; i < scales.length; i++) {
        weight.read((long) i * width, row, 0, width);
        float bound = SMALLEST;
        for (float number : row) {
          bound = Math.max(bound, Math.abs(number));
        }
        scales[i] = bound / WEIGHT_STEPS;
      }
      return scales;
    }
  }

  /** A pass that makes outputs of the values that become whole numbers. */
  record Observed(StoreMatrices stored) implements Pass {
    @Override
    public String name() {
      return "activations as outputs";
    }

    @Override
    public Graph apply(Graph graph) {
      Wholes wholes = Wholes.of(graph, stored);
      Map<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
      for (Op op : graph.ops()) {
        for (Value value : wholes.values(op)) {
          if (!graph.inputs().containsValue(value)) {
            outputs.put(value.name(), value);
          }
        }
      }
      return new Graph(graph.signature(), graph.inputs(), outputs, graph.ops());
    }
  }
}
