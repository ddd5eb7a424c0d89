package dev.litegraft.lab.statistics;

/**
 * A number that is made of rows, each of which counts so many times: once of the data as they are,
 * as often as it was drawn of a bootstrap's sample. NaN where it is not defined.
 */
@FunctionalInterface
public interface Statistic {
  /**
   * Of rows that count so often.
   *
   * @param counts 0 or more for each row, [rows]
   */
  double of(int[] counts);

  /** Of rows that count once each. */
  default double of(int rows) {
    int[] once = new int[rows];
    java.util.Arrays.fill(once, 1);
    return of(once);
  }

  /** The mean of a number a row; NaN numbers are left out. */
  static Statistic mean(double[] numbers) {
    return counts -> {
      double sum = 0;
      long n = 0;
      for (int i = 0; i < numbers.length; i++) {
        if (counts[i] > 0 && !Double.isNaN(numbers[i])) {
          sum += counts[i] * numbers[i];
          n += counts[i];
        }
      }
      return n == 0 ? Double.NaN : sum / n;
    };
  }
}
