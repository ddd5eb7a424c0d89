package dev.litegraft.layer;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;

/** Rotary angles as constants of a graph. */
final class RotaryTables {
  private RotaryTables() {}

  /** {@code [length, 2·r]}: the r cosines of every position, then its r sines. */
  static TensorData cosAndSin(RotaryEmbedding embedding, int length) {
    float[] frequencies = embedding.frequencies(length);
    int half = frequencies.length;
    float[] table = new float[Math.multiplyExact(length, 2 * half)];
    for (int position = 0; position < length; position++) {
      for (int i = 0; i < half; i++) {
        // The angle is rounded to f32 before its cosine is taken, as in the original.
        float angle = position * frequencies[i];
        table[position * 2 * half + i] = (float) Math.cos(angle) * embedding.attentionFactor();
        table[position * 2 * half + half + i] =
            (float) Math.sin(angle) * embedding.attentionFactor();
      }
    }
    return TensorViews.of("rotary_emb.cos_sin", Shape.of(length, 2 * half), table);
  }

  /** {@code [maxLength, r]}: row t − 1 holds the frequencies of a text of t tokens. */
  static TensorData frequenciesByLength(RotaryEmbedding embedding, int maxLength) {
    int half = embedding.width() / 2;
    float[] table = new float[Math.multiplyExact(maxLength, half)];
    for (int length = 1; length <= maxLength; length++) {
      System.arraycopy(embedding.frequencies(length), 0, table, (length - 1) * half, half);
    }
    return TensorViews.of("rotary_emb.inv_freq", Shape.of(maxLength, half), table);
  }
}
