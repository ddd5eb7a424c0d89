package dev.litegraft.lab.reference;

import dev.litegraft.layer.AcrossTokens;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Scores;
import dev.litegraft.layer.Span;
import dev.litegraft.layer.Waves;
import dev.litegraft.tensor.Shape;
import java.util.Arrays;

/** {@link AcrossTokens} of texts that stand one behind the other: each as if it were alone. */
final class PackedAcrossTokens implements AcrossTokens<Array> {
  /**
   * Added to the score of another text's key: so far below {@link Tokens#HIDDEN} that a query which
   * sees none of its own text's keys weighs those alike and no others; finite, so that 0 times it
   * is 0.
   */
  private static final float OTHER_TEXT = -Float.MAX_VALUE / 2;

  private final AcrossTokens<Array> to;
  private final PackedTexts texts;

  PackedAcrossTokens(AcrossTokens<Array> to, PackedTexts texts) {
    this.to = to;
    this.texts = texts;
  }

  @Override
  public Array positions(Array ids) {
    return texts.each(ids, to::positions);
  }

  @Override
  public Array runningSum(Array x) {
    return texts.each(x, to::runningSum);
  }

  /** A text ends before the next begins. */
  @Override
  public Array ahead(Array x, Array positions, int by) {
    int width = x.dim(2);
    float[] out = new float[x.numbers().length];
    for (int i = 0; i < texts.count(); i++) {
      float[] own = to.ahead(texts.vectors(x, i), texts.part(positions, i), by).numbers();
      System.arraycopy(own, 0, out, texts.begin(i) * width, own.length);
    }
    return Array.of(x.shape(), out);
  }

  /** A first vector a text. */
  @Override
  public Array behind(Array x, Array positions, Array first) {
    int width = x.dim(2);
    float[] out = new float[x.numbers().length];
    for (int i = 0; i < texts.count(); i++) {
      float[] one = Arrays.copyOfRange(first.numbers(), i * width, (i + 1) * width);
      Array begin = Array.of(Shape.of(1, 1, width), one);
      float[] own = to.behind(texts.vectors(x, i), texts.part(positions, i), begin).numbers();
      System.arraycopy(own, 0, out, texts.begin(i) * width, own.length);
    }
    return Array.of(x.shape(), out);
  }

  @Override
  public Rope<Array> rope(Array positions, RotaryEmbedding embedding) {
    if (!embedding.dependsOnLength()) {
      return to.rope(positions, embedding);
    }
    float[][] parts = new float[2][];
    for (int i = 0; i < texts.count(); i++) {
      Rope<Array> own = to.rope(texts.part(positions, i), embedding);
      parts[0] = joined(parts[0], own.cos().numbers());
      parts[1] = joined(parts[1], own.sin().numbers());
    }
    Shape shape = Shape.of(1, texts.tokens(), embedding.width() / 2);
    return new Rope<>(Array.of(shape, parts[0]), Array.of(shape, parts[1]));
  }

  @Override
  public Waves<Array> waves(Array positions) {
    float[] cosines = new float[texts.tokens() * texts.tokens()];
    float[] sines = new float[cosines.length];
    for (int i = 0; i < texts.count(); i++) {
      Waves<Array> own = to.waves(texts.part(positions, i));
      int n = texts.length(i);
      for (int row = 0; row < n; row++) {
        int at = (texts.begin(i) + row) * texts.tokens() + texts.begin(i);
        System.arraycopy(own.cosines().numbers(), row * n, cosines, at, n);
        System.arraycopy(own.sines().numbers(), row * n, sines, at, n);
      }
    }
    Shape shape = Shape.of(1, texts.tokens(), texts.tokens());
    return new Waves<>(Array.of(shape, cosines), Array.of(shape, sines));
  }

  private static float[] joined(float[] a, float[] b) {
    if (a == null) {
      return b;
    }
    float[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  @Override
  public Array mask(Array attended, Span span) {
    float[] out = new float[texts.tokens() * texts.tokens()];
    Arrays.fill(out, OTHER_TEXT);
    for (int i = 0; i < texts.count(); i++) {
      Array own = to.mask(texts.part(attended, i), span);
      for (int q = 0; q < texts.length(i); q++) {
        int from = own.dim(2) == 1 ? 0 : q * texts.length(i);
        System.arraycopy(
            own.numbers(),
            from,
            out,
            (texts.begin(i) + q) * texts.tokens() + texts.begin(i),
            texts.length(i));
      }
    }
    return Array.of(Shape.of(1, 1, texts.tokens(), texts.tokens()), out);
  }

  @Override
  public Array masked(Array scores, Array mask) {
    return to.masked(scores, mask);
  }

  /** The mask says of another text's keys that they count nothing, whatever their bias is. */
  @Override
  public Array attention(Array query, Array key, Array value, Scores<Array> scores) {
    boolean oneRowEach =
        scores
            .bias()
            .filter(b -> b.dim(2) == texts.count() && query.dim(2) != b.dim(2))
            .isPresent();
    return to.attention(
        query, key, value, oneRowEach ? scores.withBias(rowsOfTexts(scores.bias().get())) : scores);
  }

  /** A row a text for each of its queries: [1, h, b, t] to [1, h, t, t]. */
  private Array rowsOfTexts(Array bias) {
    int all = texts.tokens();
    float[] out = new float[bias.dim(1) * all * all];
    for (int head = 0; head < bias.dim(1); head++) {
      for (int i = 0; i < texts.count(); i++) {
        int from = (head * texts.count() + i) * all;
        for (int q = texts.begin(i); q < texts.end(i); q++) {
          System.arraycopy(bias.numbers(), from, out, (head * all + q) * all, all);
        }
      }
    }
    return Array.of(Shape.of(1, bias.dim(1), all, all), out);
  }

  /** Scores of queries and keys: those of another text's keys count nothing, whatever they are. */
  @Override
  public Array softmax(Array x) {
    boolean oneRowEach = x.dim(-2) == texts.count();
    float[] own = new float[x.numbers().length];
    Arrays.fill(own, Float.NEGATIVE_INFINITY);
    for (int block = 0; block < own.length; block += x.dim(-2) * texts.tokens()) {
      for (int i = 0; i < texts.count(); i++) {
        int firstRow = oneRowEach ? i : texts.begin(i);
        int endRow = oneRowEach ? i + 1 : texts.end(i);
        for (int row = firstRow; row < endRow; row++) {
          int at = block + row * texts.tokens() + texts.begin(i);
          System.arraycopy(x.numbers(), at, own, at, texts.length(i));
        }
      }
    }
    return to.softmax(Array.of(x.shape(), own));
  }

  @Override
  public Array lastWhere(Array flags) {
    return texts.weights(flags, to::lastWhere);
  }

  @Override
  public Array firstToken(Array ids) {
    return texts.weights(ids, to::firstToken);
  }

  @Override
  public Array averaging(Array attended) {
    return texts.weights(attended, to::averaging);
  }

  @Override
  public Array pick(Array weights, Array x) {
    return x.dim(-2) == texts.count() && x.dim(-2) != texts.tokens() ? x : to.pick(weights, x);
  }

  @Override
  public Array spread(Array x) {
    int width = x.dim(2);
    float[] out = new float[texts.tokens() * width];
    for (int i = 0; i < texts.count(); i++) {
      for (int token = texts.begin(i); token < texts.end(i); token++) {
        System.arraycopy(x.numbers(), i * width, out, token * width, width);
      }
    }
    return Array.of(Shape.of(1, texts.tokens(), width), out);
  }

  @Override
  public Array maxOverTokens(Array x, Array attended) {
    int width = x.dim(2);
    float[] out = new float[texts.count() * width];
    for (int i = 0; i < texts.count(); i++) {
      float[] largest = to.maxOverTokens(texts.vectors(x, i), texts.part(attended, i)).numbers();
      System.arraycopy(largest, 0, out, i * width, width);
    }
    return Array.of(Shape.of(1, texts.count(), width), out);
  }
}
