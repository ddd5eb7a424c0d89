package dev.litegraft.architecture;

import dev.litegraft.layer.Embedding;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;

/**
 * ALiBi: what attention adds to the score of a key falls with its distance, in each head by a slope
 * of its own.
 *
 * <p>Source: Press et al., <i>Train Short, Test Long</i>, arXiv:2108.12409; the slopes of head
 * counts that are no power of two as in its authors' code.
 */
final class Alibi {
  private Alibi() {}

  /** A row for each distance, from 0 on: [distances, heads]. */
  static Embedding table(int distances, int heads) {
    float[] slopes = slopes(heads);
    float[] rows = new float[distances * heads + heads];
    for (int distance = 0; distance <= distances; distance++) {
      for (int head = 0; head < heads; head++) {
        rows[distance * heads + head] = -slopes[head] * distance;
      }
    }
    Shape shape = Shape.of(distances + 1, heads);
    return new Embedding("alibi", TensorViews.of("alibi.weight", shape, rows));
  }

  /**
   * 2^(−8/n), 2^(−16/n) …; of other counts the next smaller power's, and every other one between.
   */
  static float[] slopes(int heads) {
    int power = Integer.highestOneBit(heads);
    float[] slopes = new float[heads];
    for (int i = 0; i < heads; i++) {
      double exponent =
          i < power ? -8.0 * (i + 1) / power : -8.0 * (2 * (i - power) + 1) / (2.0 * power);
      slopes[i] = (float) Math.pow(2, exponent);
    }
    return slopes;
  }
}
