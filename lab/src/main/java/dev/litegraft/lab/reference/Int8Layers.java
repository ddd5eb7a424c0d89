package dev.litegraft.lab.reference;

import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RowTable;
import dev.litegraft.tensor.ChangedNumbers;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Layers that compute as an int8 file under LiteRT's fast kernels does: weights in 8 bits with a
 * scale a row, and what goes into a linear layer in 8 bits with a scale and a zero point a token.
 * What is left of the difference to such a file are the few numbers that stand between two steps.
 *
 * <p>Source: XNNPACK's dynamic quantization, {@code xnn_f32_qd8_asymmetric_quantization_params}.
 */
public final class Int8Layers extends ForwardingLayers {
  private static final int LOWEST = -128;
  private static final int HIGHEST = 127;

  /** Layers over these. */
  public Int8Layers(Layers<Array> to) {
    super(to);
  }

  @Override
  public Array embedding(Array index, Embedding table) {
    return super.embedding(index, new Embedding(table.name(), new Rounded(table.weight())));
  }

  @Override
  public Array linear(Array x, Linear w) {
    return super.linear(rounded(x), new Linear(w.name(), new Rounded(w.weight()), w.bias()));
  }

  /** Computed before any text is known, and then stored like an embedding. */
  @Override
  public Array headRows(Array index, List<RowTable> tables, int heads) {
    Array exact = super.headRows(index, tables, heads);
    TensorData rows =
        TensorViews.of("rows", Shape.of(exact.rows(), exact.dim(-1)), exact.numbers());
    return Array.of(exact.shape(), LinearLayer.read(new Rounded(rows), 0, exact.numbers().length));
  }

  /** Every row in steps of its own, as a fast kernel takes it: of the shape of {@code x}. */
  public static Array rounded(Array x) {
    float[] numbers = x.numbers().clone();
    int width = x.shape().last();
    for (int at = 0; at < numbers.length; at += width) {
      round(numbers, at, width);
    }
    return Array.of(x.shape(), numbers);
  }

  private static void round(float[] numbers, int at, int count) {
    float least = 0;
    float most = 0;
    for (int i = at; i < at + count; i++) {
      least = Math.min(least, numbers[i]);
      most = Math.max(most, numbers[i]);
    }
    float scale = least == most ? 1 : (HIGHEST - LOWEST) / (most - least);
    float low = least * scale;
    float high = most * scale;
    float zero = LOWEST + low + (HIGHEST + high) > 0 ? LOWEST - low : HIGHEST - high;
    float nudged = (float) Math.rint(Math.min(HIGHEST, Math.max(LOWEST, zero)));
    float step = 1 / scale;
    for (int i = at; i < at + count; i++) {
      double q = Math.rint(numbers[i] * scale) + nudged;
      numbers[i] = (float) ((Math.min(HIGHEST, Math.max(LOWEST, q)) - nudged) * step);
    }
  }

  /** A matrix as an int8 file gives it back. */
  record Rounded(TensorData source) implements ChangedNumbers {
    /** Reads whole rows, whose largest number makes the steps. */
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      int width = source.shape().last();
      float[] row = new float[width];
      ByteBuffer whole = ByteBuffer.allocate(width);
      FloatBuffer scale = FloatBuffer.allocate(1);
      int done = 0;
      while (done < count) {
        long begin = (from + done) / width * width;
        source.read(begin, row, 0, width);
        SymmetricInt8.PER_CHANNEL.encode(0, row, 1, width, whole.clear(), scale.clear());
        int first = (int) (from + done - begin);
        for (int i = first; i < width && done < count; i++, done++) {
          out[at + done] = whole.get(i) * scale.get(0);
        }
      }
    }
  }
}
