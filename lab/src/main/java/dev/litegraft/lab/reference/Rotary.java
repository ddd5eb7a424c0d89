package dev.litegraft.lab.reference;

import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.tensor.Shape;

/**
 * Rotary positions in halves: number i of a head turns with number i + r. Source: {@code
 * LlamaRotaryEmbedding}, {@code rotate_half}.
 */
final class Rotary {
  private Rotary() {}

  /** positions: [b, t]; frequencies are those of a text of t tokens. */
  static Rope<Array> angles(Array positions, RotaryEmbedding embedding) {
    int batch = positions.dim(0);
    int tokens = positions.dim(1);
    float[] frequencies = embedding.frequencies(tokens);
    int half = frequencies.length;
    Shape shape = Shape.of(batch, tokens, half);
    float[] cos = new float[Math.toIntExact(shape.elements())];
    float[] sin = new float[cos.length];
    for (int i = 0; i < cos.length; i++) {
      // Rounded to f32 before the cosine is taken, as in the original.
      float angle = positions.numbers()[i / half] * frequencies[i % half];
      cos[i] = (float) Math.cos(angle) * embedding.attentionFactor();
      sin[i] = (float) Math.sin(angle) * embedding.attentionFactor();
    }
    return new Rope<>(Array.of(shape, cos), Array.of(shape, sin));
  }

  /** x: [b, h, q, e]; rope: [b, q, r] with 2·r ≤ e. */
  static Array rotate(Array x, Rope<Array> rope) {
    int width = x.dim(3);
    int half = rope.cos().dim(2);
    boolean oneForAll = rope.cos().dim(0) == 1;
    if (2 * half > width
        || rope.cos().dim(1) != x.dim(2)
        || !(oneForAll || rope.cos().dim(0) == x.dim(0))) {
      throw new IllegalArgumentException(
          "heads " + x.shape() + " with rotary angles " + rope.cos().shape());
    }
    float[] out = x.numbers().clone();
    for (int row = 0; row < x.rows(); row++) {
      int query = row % x.dim(2);
      int batch = oneForAll ? 0 : row / (x.dim(1) * x.dim(2));
      int angle = (batch * x.dim(2) + query) * half;
      int at = row * width;
      for (int i = 0; i < half; i++) {
        double cos = rope.cos().numbers()[angle + i];
        double sin = rope.sin().numbers()[angle + i];
        double left = x.numbers()[at + i];
        double right = x.numbers()[at + half + i];
        out[at + i] = (float) (left * cos - right * sin);
        out[at + half + i] = (float) (right * cos + left * sin);
      }
    }
    return Array.of(x.shape(), out);
  }
}
