package dev.litegraft.lab.reference;

import dev.litegraft.layer.Span;
import dev.litegraft.layer.Waves;
import dev.litegraft.tensor.Shape;
import java.util.Arrays;

/** What is computed over the tokens of a text: positions, masks, and the choice of tokens. */
final class Tokens {
  /**
   * Added to the score of a hidden key. So large that no score is left of the sum: the weight of a
   * hidden key is exactly 0, and a query that sees nothing weighs all keys alike, as in Hugging
   * Face. Two of them are still finite.
   */
  static final float HIDDEN = -1e30f;

  /** Where nothing is attended. Source: sentence-transformers, Pooling, {@code max}. */
  private static final float NOTHING = -1e9f;

  private static final double SMALLEST_COUNT = 1e-9;

  private Tokens() {}

  /** ids: [b, t] to [b, t]. */
  static Array positions(Array ids) {
    int tokens = ids.dim(1);
    float[] out = new float[ids.numbers().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = i % tokens;
    }
    return Array.of(ids.shape(), out);
  }

  /** Token i of the result is token i + by, or 0: [b, t, d]. */
  static Array ahead(Array x, int by) {
    int tokens = x.dim(1);
    int width = x.dim(2);
    float[] out = new float[x.numbers().length];
    for (int row = 0; row < x.rows(); row++) {
      int from = row % tokens + by;
      if (from >= 0 && from < tokens) {
        System.arraycopy(x.numbers(), (row + by) * width, out, row * width, width);
      }
    }
    return Array.of(x.shape(), out);
  }

  /** Every token's vector is that of the one before it; the first one's is {@code first}. */
  static Array behind(Array x, Array first) {
    int t = x.dim(1);
    int width = x.dim(2);
    float[] out = new float[x.numbers().length];
    for (int row = 0; row < x.dim(0); row++) {
      System.arraycopy(first.numbers(), row * width, out, row * t * width, width);
      System.arraycopy(x.numbers(), row * t * width, out, (row * t + 1) * width, (t - 1) * width);
    }
    return Array.of(x.shape(), out);
  }

  /** positions: [b, t] to [b, t, t]. */
  static Waves<Array> waves(Array positions) {
    int tokens = positions.dim(1);
    float[] cosines = new float[positions.dim(0) * tokens * tokens];
    float[] sines = new float[cosines.length];
    for (int i = 0; i < cosines.length; i++) {
      long product = (long) (i / tokens % tokens) * (i % tokens);
      double angle = 2 * Math.PI * (product % tokens) / tokens;
      cosines[i] = (float) Math.cos(angle);
      sines[i] = (float) Math.sin(angle);
    }
    Shape shape = Shape.of(positions.dim(0), tokens, tokens);
    return new Waves<>(Array.of(shape, cosines), Array.of(shape, sines));
  }

  /** x: [b, t] to [b, t]. */
  static Array runningSum(Array x) {
    int tokens = x.dim(1);
    float[] out = new float[x.numbers().length];
    double sum = 0;
    for (int i = 0; i < out.length; i++) {
      sum = (i % tokens == 0 ? 0 : sum) + x.numbers()[i];
      out[i] = (float) sum;
    }
    return Array.of(x.shape(), out);
  }

  /** attended: [b, t] to [b, 1, t, t]; [b, 1, 1, t] where all queries see the same. */
  static Array mask(Array attended, Span span) {
    int batch = attended.dim(0);
    int tokens = attended.dim(1);
    int queries = span.equals(Span.BIDIRECTIONAL) ? 1 : tokens;
    Shape shape = Shape.of(batch, 1, queries, tokens);
    float[] out = new float[Math.toIntExact(shape.elements())];
    for (int b = 0; b < batch; b++) {
      for (int q = 0; q < queries; q++) {
        for (int key = 0; key < tokens; key++) {
          boolean near = q - key <= span.before() && key - q <= span.after();
          boolean seen = attended.numbers()[b * tokens + key] != 0 && (near || queries == 1);
          out[(b * queries + q) * tokens + key] = seen ? 0 : HIDDEN;
        }
      }
    }
    return Array.of(shape, out);
  }

  /** flags: [b, t] to [b, 1, t]. */
  static Array lastWhere(Array flags) {
    int tokens = flags.dim(1);
    float[] out = new float[flags.numbers().length];
    for (int b = 0; b < flags.dim(0); b++) {
      int last = tokens - 1;
      while (last > 0 && flags.numbers()[b * tokens + last] == 0) {
        last--;
      }
      out[b * tokens + last] = 1;
    }
    return Array.of(Shape.of(flags.dim(0), 1, tokens), out);
  }

  /** ids: [b, t] to [b, 1, t]. */
  static Array first(Array ids) {
    int tokens = ids.dim(1);
    float[] out = new float[ids.numbers().length];
    for (int b = 0; b < ids.dim(0); b++) {
      out[b * tokens] = 1;
    }
    return Array.of(Shape.of(ids.dim(0), 1, tokens), out);
  }

  /** attended: [b, t] to [b, 1, t]. */
  static Array averaging(Array attended) {
    int tokens = attended.dim(1);
    float[] out = attended.numbers().clone();
    for (int b = 0; b < attended.dim(0); b++) {
      double sum = 0;
      for (int i = 0; i < tokens; i++) {
        sum += out[b * tokens + i];
      }
      for (int i = 0; i < tokens; i++) {
        out[b * tokens + i] = (float) (out[b * tokens + i] / Math.max(sum, SMALLEST_COUNT));
      }
    }
    return Array.of(Shape.of(attended.dim(0), 1, tokens), out);
  }

  /** weights: [b, n, t]; x: [b, .., t, d], or with 1 for b, to [b, .., n, d]. */
  static Array pick(Array weights, Array x) {
    int batch = weights.dim(0);
    int picks = weights.dim(1);
    int tokens = weights.dim(2);
    int width = x.dim(-1);
    if (x.dim(-2) != tokens || (x.dim(0) != batch && x.dim(0) != 1)) {
      throw new IllegalArgumentException("token weights " + weights.shape() + " for " + x.shape());
    }
    int blocks = x.numbers().length / (x.dim(0) * tokens * width);
    float[] out = new float[batch * blocks * picks * width];
    for (int row = 0; row < batch * blocks * picks; row++) {
      int of = row / picks; // which block of tokens: [b, ..]
      int block = x.dim(0) == 1 ? of % blocks : of;
      int weightsAt = (of / blocks * picks + row % picks) * tokens;
      double[] sum = new double[width];
      for (int i = 0; i < tokens; i++) {
        float weight = weights.numbers()[weightsAt + i];
        // A token of weight 0 does not count, even where it is NaN.
        for (int j = 0; weight != 0 && j < width; j++) {
          sum[j] += (double) weight * x.numbers()[(block * tokens + i) * width + j];
        }
      }
      for (int j = 0; j < width; j++) {
        out[row * width + j] = (float) sum[j];
      }
    }
    return Array.of(x.shape().with(-2, picks).with(0, batch), out);
  }

  /** x: [b, t, d] and attended [b, t] to [b, 1, d]. */
  static Array largest(Array x, Array attended) {
    int tokens = x.dim(1);
    int width = x.dim(2);
    float[] out = new float[x.dim(0) * width];
    Arrays.fill(out, NOTHING);
    for (int row = 0; row < x.rows(); row++) {
      int to = row / tokens * width;
      for (int j = 0; attended.numbers()[row] != 0 && j < width; j++) {
        out[to + j] = Math.max(out[to + j], x.numbers()[row * width + j]);
      }
    }
    return Array.of(Shape.of(x.dim(0), 1, width), out);
  }
}
