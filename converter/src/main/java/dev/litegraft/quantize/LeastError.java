package dev.litegraft.quantize;

import dev.litegraft.graph.Rounding;
import org.jspecify.annotations.Nullable;

/**
 * Rounds each number to the nearest, and gives a row the scale with the least squared error: its
 * largest number may be cut, so that the others are finer. Of rows that have few whole numbers.
 */
record LeastError() implements Rounding, Rounding.Rounder {
  private static final float SMALLEST_BOUND = 1e-4f;
  private static final int STEPS = 51;

  @Override
  public Rounder prepare() {
    return this;
  }

  @Override
  public float bound(float[] numbers, int begin, int count, int largest) {
    return bound(numbers, begin, count, largest, null);
  }

  /**
   * The bound with the least squared error, from the largest number down to half of it.
   *
   * @param weights of each number's square, from index 0; null: all count alike
   */
  static float bound(
      float[] numbers, int begin, int count, int largest, double @Nullable [] weights) {
    float most = largest(numbers, begin, count);
    float best = most;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step < STEPS; step++) {
      float bound = most * (1 - step / 100f);
      float scale = bound / largest;
      double lost = 0;
      for (int i = 0; i < count && lost < least; i++) {
        float number = numbers[begin + i];
        double off = number - scale * whole(number, scale, largest);
        lost += off * off * (weights == null ? 1 : weights[i]);
      }
      if (lost < least) {
        least = lost;
        best = bound;
      }
    }
    return best;
  }

  /** The magnitude of the largest number of a row; never 0. */
  static float largest(float[] numbers, int begin, int count) {
    float most = SMALLEST_BOUND;
    for (int i = begin; i < begin + count; i++) {
      most = Math.max(most, Math.abs(numbers[i]));
    }
    return most;
  }

  @Override
  public void round(
      float[] numbers, int begin, int count, float[] scales, int largest, byte[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = (byte) whole(numbers[begin + i], scales[i], largest);
    }
  }

  /** The nearest whole number, halves to even. */
  static int whole(float number, float scale, int largest) {
    return Math.max(-largest, Math.min(largest, (int) Math.rint(number / scale)));
  }
}
