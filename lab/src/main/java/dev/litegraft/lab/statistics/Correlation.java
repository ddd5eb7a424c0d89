package dev.litegraft.lab.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** How two numbers a row go together. */
public final class Correlation {
  private final double[] x;
  private final double[] y;
  private final int[] orderOfX;
  private final int[] orderOfY;

  /**
   * Of two numbers a row.
   *
   * @param x [rows]
   * @param y [rows]
   */
  public Correlation(double[] x, double[] y) {
    this.x = x;
    this.y = y;
    this.orderOfX = order(x);
    this.orderOfY = order(y);
  }

  private static int[] order(double[] numbers) {
    return IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> numbers[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Pearson's: how near to a line they lie; NaN where one of them does not change. */
  public double pearson(int[] counts) {
    return pearson(x, y, counts);
  }

  /** Spearman's: Pearson's of their ranks, equal numbers with the mean of theirs. */
  public double spearman(int[] counts) {
    return pearson(ranks(x, orderOfX, counts), ranks(y, orderOfY, counts), counts);
  }

  /** The root of the mean square of their difference. */
  public double rootMeanSquare(int[] counts) {
    double sum = 0;
    double n = 0;
    for (int i = 0; i < x.length; i++) {
      sum += counts[i] * (x[i] - y[i]) * (x[i] - y[i]);
      n += counts[i];
    }
    return Math.sqrt(sum / n);
  }

  private static double pearson(double[] x, double[] y, int[] counts) {
    if (isConstant(x, counts) || isConstant(y, counts)) {
      return Double.NaN; // rounding of the mean would make a number of it
    }
    double n = 0;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      n += counts[i];
      meanX += counts[i] * x[i];
      meanY += counts[i] * y[i];
    }
    meanX /= n;
    meanY /= n;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (int i = 0; i < x.length; i++) {
      double dx = x[i] - meanX;
      double dy = y[i] - meanY;
      xx += counts[i] * dx * dx;
      yy += counts[i] * dy * dy;
      xy += counts[i] * dx * dy;
    }
    return xx == 0 || yy == 0 ? Double.NaN : xy / Math.sqrt(xx * yy);
  }

  private static boolean isConstant(double[] numbers, int[] counts) {
    double first = Double.NaN;
    for (int i = 0; i < numbers.length; i++) {
      if (counts[i] > 0) {
        if (!Double.isNaN(first) && numbers[i] != first) {
          return false;
        }
        first = numbers[i];
      }
    }
    return true;
  }

  private static double[] ranks(double[] numbers, int[] order, int[] counts) {
    double[] ranks = new double[numbers.length];
    long before = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      long same = 0;
      for (; to < order.length && numbers[order[to]] == numbers[order[from]]; to++) {
        same += counts[order[to]];
      }
      for (int i = from; i < to; i++) {
        ranks[order[i]] = before + (same + 1) / 2.0;
      }
      before += same;
      from = to;
    }
    return ranks;
  }
}
