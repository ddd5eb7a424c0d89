package dev.litegraft.lab.diagnosis.search;

import java.util.List;

/**
 * How far two sets of answers are apart.
 *
 * @param max the largest difference of a number
 * @param rms the root mean square difference: low where no row is far off
 * @param score the mean over the batches, and over the rows of each, of the logarithm of the root
 *     mean square difference: low where some kinds of rows are explained exactly, even if others
 *     are not
 */
public record Distance(double max, double rms, double score) {
  public static final Distance INFINITE =
      new Distance(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  /**
   * Of answers in the same batches, [batch][row][number]; infinite where one is not a number, or
   * they have other shapes.
   *
   * @param rounding the size of differences that mean nothing
   */
  public static Distance of(List<float[][]> file, List<float[][]> model, double rounding) {
    double max = 0;
    double logs = 0;
    double sum = 0;
    long count = 0;
    for (int b = 0; b < file.size(); b++) {
      int rows = file.get(b).length;
      for (int i = 0; i < rows; i++) {
        float[] own = file.get(b)[i];
        float[] other = model.get(b)[i];
        if (own.length != other.length) {
          return INFINITE;
        }
        double squares = 0;
        for (int j = 0; j < own.length; j++) {
          double difference = Math.abs((double) own[j] - other[j]);
          if (!Double.isFinite(difference)) {
            return INFINITE;
          }
          max = Math.max(max, difference);
          squares += difference * difference;
        }
        sum += squares;
        count += own.length;
        logs += Math.log(Math.sqrt(squares / Math.max(1, own.length)) + rounding) / rows;
      }
    }
    return new Distance(max, Math.sqrt(sum / Math.max(1, count)), logs / file.size());
  }
}
