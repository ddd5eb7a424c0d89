package dev.litegraft.lab.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** Measures of labels of which each is right or not by itself. */
public final class LabelSets {
  private final boolean[][] right;
  private final boolean[][] answered;
  private final double[][] scores;
  private final int[][] orders;

  /**
   * Of rows.
   *
   * @param right which labels are right, [labels, rows]
   * @param answered which were answered, [labels, rows]
   * @param scores how probable each was, [labels, rows]
   */
  public LabelSets(boolean[][] right, boolean[][] answered, double[][] scores) {
    this.right = right;
    this.answered = answered;
    this.scores = scores;
    this.orders = new int[scores.length][];
    for (int label = 0; label < scores.length; label++) {
      double[] own = scores[label];
      orders[label] =
          IntStream.range(0, own.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -own[i]))
              .mapToInt(Integer::intValue)
              .toArray();
    }
  }

  /** F1 of all labels' decisions together. */
  public double microF1(int[] counts) {
    long[] all = new long[3];
    for (int label = 0; label < right.length; label++) {
      long[] own = decisions(label, counts);
      for (int i = 0; i < all.length; i++) {
        all[i] += own[i];
      }
    }
    return f1(all);
  }

  /** The mean of the labels' F1; 0 of a label that is never right and never answered. */
  public double macroF1(int[] counts) {
    double sum = 0;
    for (int label = 0; label < right.length; label++) {
      sum += f1(decisions(label, counts));
    }
    return sum / right.length;
  }

  /** F1 of one label. */
  public double f1(int label, int[] counts) {
    return f1(decisions(label, counts));
  }

  /** The mean of the average precision of the labels that are right at least once. */
  public double averagePrecision(int[] counts) {
    double sum = 0;
    int labels = 0;
    for (int label = 0; label < right.length; label++) {
      double own = averagePrecision(label, counts);
      if (!Double.isNaN(own)) {
        sum += own;
        labels++;
      }
    }
    return labels == 0 ? Double.NaN : sum / labels;
  }

  /** Σ (recall − recall before) · precision, over the scores from the highest on. */
  private double averagePrecision(int label, int[] counts) {
    long positives = 0;
    for (int i = 0; i < counts.length; i++) {
      positives += right[label][i] ? counts[i] : 0;
    }
    if (positives == 0) {
      return Double.NaN;
    }
    double sum = 0;
    long found = 0;
    long seen = 0;
    int[] order = orders[label];
    for (int from = 0; from < order.length; ) {
      int to = from;
      long before = found;
      for (; to < order.length && scores[label][order[to]] == scores[label][order[from]]; to++) {
        seen += counts[order[to]];
        found += right[label][order[to]] ? counts[order[to]] : 0;
      }
      if (found > before) {
        sum += (double) (found - before) / positives * found / seen;
      }
      from = to;
    }
    return sum;
  }

  /** How often a label was rightly answered, wrongly answered, and missed. */
  private long[] decisions(int label, int[] counts) {
    long[] decisions = new long[3];
    for (int i = 0; i < counts.length; i++) {
      if (answered[label][i]) {
        decisions[right[label][i] ? 0 : 1] += counts[i];
      } else if (right[label][i]) {
        decisions[2] += counts[i];
      }
    }
    return decisions;
  }

  private static double f1(long[] decisions) {
    long sum = 2 * decisions[0] + decisions[1] + decisions[2];
    return sum == 0 ? 0 : 2.0 * decisions[0] / sum;
  }
}
