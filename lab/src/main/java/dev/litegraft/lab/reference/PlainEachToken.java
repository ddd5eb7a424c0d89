package dev.litegraft.lab.reference;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.EachToken;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** {@link EachToken}, computed at once. */
final class PlainEachToken implements EachToken<Array> {
  private final Workers workers;
  private final ValueListener listener;
  private final Optional<HeldWeights> held;

  PlainEachToken(Workers workers, ValueListener listener, Optional<HeldWeights> held) {
    this.workers = workers;
    this.listener = listener;
    this.held = held;
  }

  @Override
  public Array embedding(Array index, Embedding table) {
    int rows = table.weight().shape().dim(0);
    int width = table.weight().shape().dim(1);
    Shape shape = Shape.of(index.dim(0), index.dim(1), width);
    float[] out = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < index.numbers().length; i++) {
      int row = (int) index.numbers()[i];
      if (row < 0 || row >= rows) {
        throw new InvalidInputException(
            "index " + row + " is outside of the table's " + rows + " rows",
            table.name() + ", text " + i / index.dim(1) + ", token " + i % index.dim(1),
            "check that the tokenizer belongs to the model and that the text is not too long");
      }
      try {
        table.weight().read((long) row * width, out, i * width, width);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return named(Array.of(shape, out), table.name());
  }

  @Override
  public Array linear(Array x, Linear weights) {
    return named(LinearLayer.apply(weights, x, workers, held), weights.name());
  }

  @Override
  public List<Array> linears(Array x, List<Linear> weights) {
    return weights.stream().map(w -> linear(x, w)).toList();
  }

  @Override
  public Array rmsNorm(Array x, RmsNorm norm) {
    float[] weight = LinearLayer.read(norm.weight(), 0, x.dim(-1));
    return named(Rows.rmsNorm(x, weight, norm.epsilon(), workers), norm.name());
  }

  @Override
  public Array layerNorm(Array x, LayerNorm norm) {
    int width = x.dim(-1);
    return named(
        Rows.layerNorm(
            x,
            LinearLayer.read(norm.weight(), 0, width),
            norm.bias().map(b -> LinearLayer.read(b, 0, width)),
            norm.epsilon(),
            workers),
        norm.name());
  }

  @Override
  public Array activation(Array x, Activation function) {
    return Elementwise.map(x, Activations.of(function), workers);
  }

  @Override
  public Array add(Array a, Array b) {
    return Elementwise.combine(a, b, Float::sum);
  }

  @Override
  public Array multiply(Array a, Array b) {
    return Elementwise.combine(a, b, (x, y) -> x * y);
  }

  @Override
  public Array softmaxOfOwn(Array x) {
    return Rows.softmax(x, workers);
  }

  @Override
  public Array largest(Array x, int count) {
    return Rows.largest(x, count, workers);
  }

  @Override
  public Array parameter(TensorData numbers) {
    int count = Math.toIntExact(numbers.shape().elements());
    return Array.of(numbers.shape(), LinearLayer.read(numbers, 0, count));
  }

  @Override
  public Array affine(Array x, double factor, double offset) {
    return Elementwise.map(x, number -> number * factor + offset, workers);
  }

  @Override
  public Array splitHeads(Array x, int heads) {
    int width = x.dim(2) / heads;
    return swapMiddle(x.reshaped(x.dim(0), x.dim(1), heads, width));
  }

  @Override
  public Array mergeHeads(Array x) {
    return swapMiddle(x).reshaped(x.dim(0), x.dim(2), x.dim(1) * x.dim(3));
  }

  /** [b, m, n, e] to [b, n, m, e]. */
  private static Array swapMiddle(Array x) {
    int outer = x.dim(1);
    int inner = x.dim(2);
    int width = x.dim(3);
    float[] out = new float[x.numbers().length];
    for (int row = 0; row < x.rows(); row++) {
      int batch = row / (outer * inner);
      int target = (batch * inner + row % inner) * outer + row / inner % outer;
      System.arraycopy(x.numbers(), row * width, out, target * width, width);
    }
    return Array.of(Shape.of(x.dim(0), inner, outer, width), out);
  }

  @Override
  public Array matMul(Array a, Array b, boolean transposeB) {
    return MatMul.apply(a, b, transposeB, workers);
  }

  @Override
  public Array lookUp(Array index, TensorData list) {
    float[] numbers = LinearLayer.read(list, 0, Math.toIntExact(list.shape().elements()));
    if (list.shape().rank() == 1) {
      return Elementwise.map(index, place -> numbers[(int) place], workers);
    }
    int width = list.shape().dim(1);
    float[] rows = new float[index.numbers().length * width];
    for (int i = 0; i < index.numbers().length; i++) {
      int row = (int) index.numbers()[i];
      System.arraycopy(numbers, row * width, rows, i * width, width);
    }
    return Array.of(Shape.of(index.dim(0), index.dim(1), width), rows);
  }

  @Override
  public Array column(Array x) {
    return x.reshaped(x.dim(0), x.dim(1), 1);
  }

  @Override
  public Array differs(Array ids, int id) {
    return Elementwise.map(ids, number -> number == id ? 0 : 1, workers);
  }

  @Override
  public Array rotate(Array x, Rope<Array> rope) {
    return Rotary.rotate(x, rope);
  }

  @Override
  public Array joined(List<Array> parts) {
    return Rows.joined(parts);
  }

  @Override
  public Array leading(Array x, int count) {
    return Rows.leading(x, count);
  }

  @Override
  public Array normalize(Array x) {
    return Rows.normalize(x, workers);
  }

  @Override
  public Array named(Array x, String path) {
    listener.saw(path, x);
    return x;
  }
}
