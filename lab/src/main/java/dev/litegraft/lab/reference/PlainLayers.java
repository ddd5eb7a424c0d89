package dev.litegraft.lab.reference;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.RowTable;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * Layers that are computed at once, with the textbook formulas: the reference that a file's answers
 * are compared with.
 *
 * <p>Values are stored as f32, sums are f64. Linear layers and attention use several threads; the
 * results do not depend on how many. Weights are read a few rows at a time, so a model may be
 * larger than the heap.
 *
 * <p>A checkpoint that cannot be read throws {@link UncheckedIOException}, because {@link Layers}
 * knows of no files. Shapes that do not belong together throw {@link IllegalArgumentException}: the
 * family is at fault.
 */
public final class PlainLayers implements Layers<Array> {
  private final Workers workers;
  private final ValueListener probes;
  private final Optional<HeldWeights> held;

  private PlainLayers(Workers workers, ValueListener probes, Optional<HeldWeights> held) {
    this.workers = workers;
    this.probes = probes;
    this.held = held;
  }

  /** Layers that use up to {@code threads} threads, the caller's among them. */
  public static PlainLayers of(int threads) {
    return new PlainLayers(new Workers(threads), ValueListener.NONE, Optional.empty());
  }

  /**
   * The same layers, which keep what they read of a checkpoint: up to so many bytes of the heap.
   */
  public PlainLayers holding(long bytes) {
    return new PlainLayers(workers, probes, Optional.of(new HeldWeights(bytes)));
  }

  /** The same layers and the same held weights, with up to {@code threads} threads. */
  public PlainLayers with(int threads) {
    return new PlainLayers(new Workers(threads), probes, held);
  }

  /** The same layers, with a listener in the place of the present one. */
  public PlainLayers with(ValueListener listener) {
    return new PlainLayers(workers, listener, held);
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
  public Array softmax(Array x) {
    return Rows.softmax(x, workers);
  }

  @Override
  public Array attention(
      Array query, Array key, Array value, Array mask, double scale, double softCap) {
    return Attention.apply(query, key, value, mask, scale, softCap, workers);
  }

  @Override
  public Array positions(Array ids) {
    return Tokens.positions(ids);
  }

  @Override
  public Array ahead(Array x, Array positions, int by) {
    return Tokens.ahead(x, by);
  }

  @Override
  public int longest(Array ids) {
    return ids.dim(1);
  }

  @Override
  public Array relativePositions(Array ids) {
    return DistanceScores.distances(ids);
  }

  @Override
  public Array positionsFrom(Array positions, Array picked) {
    Array from = pick(picked, column(positions)); // [b, 1, 1]
    return add(positions, affine(from.reshaped(from.dim(0), 1), -1, 0));
  }

  @Override
  public Array lookUp(Array index, TensorData list) {
    float[] numbers = LinearLayer.read(list, 0, list.shape().dim(0));
    return Elementwise.map(index, place -> numbers[(int) place], workers);
  }

  @Override
  public Array headRows(Array index, List<RowTable> tables, int heads) {
    return RowTable.headRows(this, index, tables, heads);
  }

  @Override
  public Array relativeScores(Optional<Array> query, Optional<Array> key, Array rows) {
    return DistanceScores.scores(query, key, rows, workers);
  }

  @Override
  public Array relativeScoresOfOne(Optional<Array> query, Optional<Array> key, Array rows) {
    return DistanceScores.scoresOfOne(query, key, rows, workers);
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
  public Array runningSum(Array x) {
    return Tokens.runningSum(x);
  }

  @Override
  public Rope<Array> rope(Array positions, RotaryEmbedding embedding) {
    return Rotary.angles(positions, embedding);
  }

  @Override
  public Array rotate(Array x, Rope<Array> rope) {
    return Rotary.rotate(x, rope);
  }

  @Override
  public Array mask(Array attended, Span span) {
    return Tokens.mask(attended, span);
  }

  /** A hidden key's bias is so large that the score drowns in it. */
  @Override
  public Array masked(Array scores, Array mask) {
    return add(scores, mask);
  }

  @Override
  public Array lastWhere(Array flags) {
    return Tokens.lastWhere(flags);
  }

  @Override
  public Array firstToken(Array ids) {
    return Tokens.first(ids);
  }

  @Override
  public Array averaging(Array attended) {
    return Tokens.averaging(attended);
  }

  @Override
  public Array pick(Array weights, Array x) {
    return x.dim(-2) == 1 ? x : Tokens.pick(weights, x);
  }

  @Override
  public Array maxOverTokens(Array x, Array attended) {
    return Tokens.largest(x, attended);
  }

  @Override
  public Array joined(List<Array> parts) {
    return Rows.joined(parts);
  }

  @Override
  public Array normalize(Array x) {
    return Rows.normalize(x, workers);
  }

  @Override
  public Array named(Array x, String path) {
    probes.saw(path, x);
    return x;
  }
}
