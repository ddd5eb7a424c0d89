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
 * @param ranges of what layers read and make
 */
record StaticInt8(SeenRanges ranges) implements Pass {
  private static final float STEPS = 255;
  private static final int LEAST = -128;
  private static final float WEIGHT_STEPS = 127;
  private static final float SMALLEST = 1e-4f;

  /** How much smaller than the largest one a channel may be made larger. */
  private static final float SMALLEST_FACTOR = 1e-3f;

  /** What i32 holds of the numbers that f32 has. */
  private static final double MOST = 2147483520;

  @Override
  public String name() {
    return "activations in int8";
  }

  @Override
  public Graph apply(Graph graph) {
    return GraphEdit.of(graph, new Run()::step);
  }

  /** What is read and made in whole numbers by an operator; nothing of one that stays in f32. */
  private static List<Value> wholes(Op op) {
    return op instanceof Op.FullyConnected linear
            && linear.weight().isConstant()
            && !linear.x().isConstant()
            && linear.x().dtype() == DType.F32
        ? List.of(linear.x(), linear.output())
        : List.of();
  }

  /** One graph. */
  private final class Run {
    private final Map<Value, Value> wholes = new HashMap<>();

    Op step(Op op, GraphEdit edit) {
      if (op instanceof Op.FullyConnected linear
          && !wholes(op).isEmpty()
          && wholes(op).stream().allMatch(v -> ranges.range(v.name()).isPresent())) {
        return linear(linear, edit);
      }
      return op;
    }

    private Op linear(Op.FullyConnected op, GraphEdit edit) {
      SeenRanges.Range range = range(op.output());
      float[] factors = factors(range);
      float[] inverse = new float[factors.length];
      for (int i = 0; i < inverse.length; i++) {
        inverse[i] = 1 / factors[i];
      }
      Value x = whole(op.x(), edit);
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

    private Value whole(Value value, GraphEdit edit) {
      Value known = wholes.get(value);
      if (known != null) {
        return known;
      }
      float[] ones = new float[range(value).least().length];
      Arrays.fill(ones, 1);
      Value whole =
          Value.of(
              edit.name(value.name() + "/int8"),
              DType.I8,
              value.shape(),
              quantization(range(value), ones));
      wholes.put(value, whole);
      return edit.insert(new Op.Quantize(value, whole));
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
  static final class Observed implements Pass {
    @Override
    public String name() {
      return "activations as outputs";
    }

    @Override
    public Graph apply(Graph graph) {
      Map<String, Value> outputs = new LinkedHashMap<>(graph.outputs());
      for (Op op : graph.ops()) {
        for (Value value : wholes(op)) {
          if (!graph.inputs().containsValue(value)) {
            outputs.put(value.name(), value);
          }
        }
      }
      return new Graph(graph.signature(), graph.inputs(), outputs, graph.ops());
    }
  }
}
