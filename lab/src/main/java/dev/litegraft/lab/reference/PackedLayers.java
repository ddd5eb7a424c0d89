package dev.litegraft.lab.reference;

import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.Shape;
import java.util.Arrays;

/**
 * Layers for texts that stand one behind the other in a single row, so that weights are read once
 * for all of them whatever their lengths: [b, t] of the interface is [1, t₁ + t₂ + …] here, and
 * what is one row a text, [b, 1, d], is [1, b, d].
 *
 * <p>Each text is computed as if it were alone: positions begin anew with each, and no query sees
 * another text's keys, not even one that sees none of its own.
 */
public final class PackedLayers extends ForwardingLayers {
  /**
   * Added to the score of another text's key: so far below {@link Tokens#HIDDEN} that a query which
   * sees none of its own text's keys weighs those alike and no others; finite, so that 0 times it
   * is 0.
   */
  private static final float OTHER_TEXT = -Float.MAX_VALUE / 2;

  private final int[] begins;
  private final int tokens;

  /**
   * @param to the layers that compute
   * @param lengths of the texts, each 1 or more
   */
  public PackedLayers(Layers<Array> to, int... lengths) {
    super(to);
    this.begins = new int[lengths.length];
    int at = 0;
    for (int i = 0; i < lengths.length; i++) {
      begins[i] = at;
      at += lengths[i];
    }
    this.tokens = at;
  }

  private int end(int text) {
    return text + 1 < begins.length ? begins[text + 1] : tokens;
  }

  private int length(int text) {
    return end(text) - begins[text];
  }

  /** Numbers of one text: [1, length]. */
  private Array part(Array x, int text) {
    return Array.of(
        Shape.of(1, length(text)), Arrays.copyOfRange(x.numbers(), begins[text], end(text)));
  }

  /** Vectors of one text's tokens: [1, length, d]. */
  private Array vectors(Array x, int text) {
    int width = x.dim(2);
    float[] own = Arrays.copyOfRange(x.numbers(), begins[text] * width, end(text) * width);
    return Array.of(Shape.of(1, length(text), width), own);
  }

  /** Something that is made of one text's numbers alone. */
  private interface OfText {
    Array apply(Array part);
  }

  /** [1, t] to [1, t], text by text. */
  private Array each(Array x, OfText function) {
    float[] out = new float[tokens];
    for (int i = 0; i < begins.length; i++) {
      System.arraycopy(function.apply(part(x, i)).numbers(), 0, out, begins[i], length(i));
    }
    return Array.of(Shape.of(1, tokens), out);
  }

  /** [1, t] to weights [1, b, t], of which each row has those of one text. */
  private Array weights(Array x, OfText function) {
    float[] out = new float[begins.length * tokens];
    for (int i = 0; i < begins.length; i++) {
      float[] own = function.apply(part(x, i)).numbers();
      System.arraycopy(own, 0, out, i * tokens + begins[i], own.length);
    }
    return Array.of(Shape.of(1, begins.length, tokens), out);
  }

  @Override
  public Array positions(Array ids) {
    return each(ids, super::positions);
  }

  @Override
  public Array runningSum(Array x) {
    return each(x, super::runningSum);
  }

  /** A text ends before the next begins. */
  @Override
  public Array ahead(Array x, Array positions, int by) {
    int width = x.dim(2);
    float[] out = new float[x.numbers().length];
    for (int i = 0; i < begins.length; i++) {
      float[] own = super.ahead(vectors(x, i), part(positions, i), by).numbers();
      System.arraycopy(own, 0, out, begins[i] * width, own.length);
    }
    return Array.of(x.shape(), out);
  }

  /** Those of the longest text; of shorter ones the middle is read. */
  @Override
  public Array relativePositions(Array ids) {
    return super.relativePositions(part(ids, longestText()));
  }

  @Override
  public int longest(Array ids) {
    return length(longestText());
  }

  private int longestText() {
    int longest = 0;
    for (int i = 1; i < begins.length; i++) {
      longest = length(i) > length(longest) ? i : longest;
    }
    return longest;
  }

  /** From the picked token of the same text. */
  @Override
  public Array positionsFrom(Array positions, Array picked) {
    float[] out = new float[tokens];
    for (int i = 0; i < begins.length; i++) {
      float[] one =
          Arrays.copyOfRange(picked.numbers(), i * tokens + begins[i], i * tokens + end(i));
      Array of = Array.of(Shape.of(1, 1, length(i)), one);
      float[] own = super.positionsFrom(part(positions, i), of).numbers();
      System.arraycopy(own, 0, out, begins[i], own.length);
    }
    return Array.of(Shape.of(1, tokens), out);
  }

  @Override
  public Rope<Array> rope(Array positions, RotaryEmbedding embedding) {
    if (!embedding.dependsOnLength()) {
      return super.rope(positions, embedding);
    }
    float[][] parts = new float[2][];
    for (int i = 0; i < begins.length; i++) {
      Rope<Array> own = super.rope(part(positions, i), embedding);
      parts[0] = joined(parts[0], own.cos().numbers());
      parts[1] = joined(parts[1], own.sin().numbers());
    }
    Shape shape = Shape.of(1, tokens, embedding.width() / 2);
    return new Rope<>(Array.of(shape, parts[0]), Array.of(shape, parts[1]));
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
    float[] out = new float[tokens * tokens];
    Arrays.fill(out, OTHER_TEXT);
    for (int i = 0; i < begins.length; i++) {
      Array own = super.mask(part(attended, i), span);
      for (int q = 0; q < length(i); q++) {
        int from = own.dim(2) == 1 ? 0 : q * length(i);
        System.arraycopy(own.numbers(), from, out, (begins[i] + q) * tokens + begins[i], length(i));
      }
    }
    return Array.of(Shape.of(1, 1, tokens, tokens), out);
  }

  /** Scores of queries and keys: those of another text's keys count nothing, whatever they are. */
  @Override
  public Array softmax(Array x) {
    boolean oneRowEach = x.dim(-2) == begins.length;
    float[] own = new float[x.numbers().length];
    Arrays.fill(own, Float.NEGATIVE_INFINITY);
    for (int block = 0; block < own.length; block += x.dim(-2) * tokens) {
      for (int i = 0; i < begins.length; i++) {
        int firstRow = oneRowEach ? i : begins[i];
        int endRow = oneRowEach ? i + 1 : end(i);
        for (int row = firstRow; row < endRow; row++) {
          int at = block + row * tokens + begins[i];
          System.arraycopy(x.numbers(), at, own, at, length(i));
        }
      }
    }
    return super.softmax(Array.of(x.shape(), own));
  }

  @Override
  public Array lastWhere(Array flags) {
    return weights(flags, super::lastWhere);
  }

  @Override
  public Array firstToken(Array ids) {
    return weights(ids, super::firstToken);
  }

  @Override
  public Array averaging(Array attended) {
    return weights(attended, super::averaging);
  }

  @Override
  public Array pick(Array weights, Array x) {
    return x.dim(-2) == begins.length && x.dim(-2) != tokens ? x : super.pick(weights, x);
  }

  @Override
  public Array maxOverTokens(Array x, Array attended) {
    int width = x.dim(2);
    float[] out = new float[begins.length * width];
    for (int i = 0; i < begins.length; i++) {
      float[] largest = super.maxOverTokens(vectors(x, i), part(attended, i)).numbers();
      System.arraycopy(largest, 0, out, i * width, width);
    }
    return Array.of(Shape.of(1, begins.length, width), out);
  }
}
