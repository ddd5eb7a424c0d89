package dev.litegraft.quantize;

import dev.litegraft.graph.Rounding;

/**
 * What {@link Compensation} does to a row.
 *
 * @param order which number is rounded first, second …
 * @param triangle of the order's i-th number what its loss moves the i-th and later ones by; the
 *     first of each row is 1
 * @param weights of each number's square
 */
record CompensatedRows(int[] order, float[][] triangle, double[] weights)
    implements Rounding.Rounder {
  private static final int FEW = 7;

  /**
   * Of a whole row in int4, which has few numbers for its outliers, the bound with the least
   * squared error of what the row answers, from the largest number down to half of it. int8 loses
   * nothing by its largest number.
   */
  @Override
  public float bound(float[] numbers, int begin, int count, int largest) {
    return largest > FEW
        ? LeastError.largest(numbers, begin, count)
        : LeastError.bound(numbers, begin, count, largest, weights);
  }

  @Override
  public void round(
      float[] numbers, int begin, int count, float[] scales, int largest, byte[] out) {
    float[] left = new float[count];
    for (int i = 0; i < count; i++) {
      left[i] = numbers[begin + order[i]];
    }
    for (int i = 0; i < count; i++) {
      float scale = scales[order[i]];
      int whole = LeastError.whole(left[i], scale, largest);
      out[order[i]] = (byte) whole;
      float lost = left[i] - whole * scale;
      float[] moved = triangle[i];
      for (int j = 1; j < moved.length; j++) {
        left[i + j] -= lost * moved[j];
      }
    }
  }
}
