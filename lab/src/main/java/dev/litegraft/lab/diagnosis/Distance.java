package dev.litegraft.lab.diagnosis;

import java.util.List;

/**
 * How far two sets of answers are apart.
 *
 * @param max the largest difference of a number
 * @param score the mean over the batches of the logarithm of their root mean square difference: low
 *     where some kinds of rows are explained exactly, even if others are not
 */
record Distance(double max, double score) {
  /** Below this share of the answers' size, differences are rounding. */
  private static final double NOISE = 1e-6;

  static final Distance INFINITE = new Distance(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * Of answers in the same batches, [batch][row][number]; infinite where one is not a number, or
   * they have other shapes.
   *
   * @param scale the answers' size
   */
  static Distance of(List<float[][]> file, List<float[][]> model, double scale) {
    double max = 0;
    double logs = 0;
    for (int b = 0; b < file.size(); b++) {
      double squares = 0;
      long count = 0;
      for (int i = 0; i < file.get(b).length; i++) {
        float[] own = file.get(b)[i];
        float[] other = model.get(b)[i];
        if (own.length != other.length) {
          return INFINITE;
        }
        for (int j = 0; j < own.length; j++) {
          double difference = Math.abs((double) own[j] - other[j]);
          if (!Double.isFinite(difference)) {
            return INFINITE;
          }
          max = Math.max(max, difference);
          squares += difference * difference;
          count++;
        }
      }
      logs += Math.log(rms(squares, count) + noise(scale));
    }
    return new Distance(max, logs / file.size());
  }

  static double noise(double scale) {
    return NOISE * Math.max(1, scale);
  }

  private static double rms(double squares, long count) {
    return Math.sqrt(squares / Math.max(1, count));
  }
}
