package dev.litegraft.lab.statistics;

import java.util.Arrays;

/**
 * Measures of a query's texts in the order of their scores. Grades below 0 count as 0, as
 * trec_eval's do: −1 or −2 says that a text is not relevant. Where no text is relevant, there is
 * nothing that could be found: all measures are NaN.
 *
 * <p>Texts of equal score have no order. Each measure is its mean over all orders that they may
 * have, as that of scikit-learn's {@code ndcg_score} is: the order of the data, which often name
 * the relevant text first, would make a model perfect that scores all texts alike.
 *
 * @param grades how relevant each text is in that order, 0 or less where it is not, [texts]
 * @param scores by which they are ordered, none larger than the one before, [texts]
 * @param ideal the grades of all texts that are relevant, those that were not found too, any order
 */
public record RankedHits(double[] grades, double[] scores, double[] ideal) {
  /** Whether there is a text that is relevant. */
  public static boolean isJudged(double[] ideal) {
    return Arrays.stream(ideal).anyMatch(grade -> grade > 0);
  }

  /** Whether two texts have one score. */
  public boolean hasTies() {
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] == scores[i - 1]) {
        return true;
      }
    }
    return false;
  }

  /** 1 / the place of the first relevant text among the first {@code k}; 0 if there is none. */
  public double reciprocalRank(int k) {
    if (!isJudged(ideal)) {
      return Double.NaN;
    }
    for (int from = 0; from < Math.min(k, grades.length); from = end(from)) {
      if (relevant(from, end(from)) > 0) {
        return reciprocalRank(from, end(from), k);
      }
    }
    return 0;
  }

  /** Of texts of one score, of which some are relevant: each place may be that of the first. */
  private double reciprocalRank(int from, int end, int k) {
    double relevant = relevant(from, end);
    double sum = 0;
    double noneBefore = 1;
    for (int i = from; i < Math.min(k, end) && noneBefore > 0; i++) {
      double here = Math.min(1, relevant / (end - i)); // where none is before
      sum += noneBefore * here / (i + 1);
      noneBefore *= 1 - here;
    }
    return sum;
  }

  /** The part of the relevant texts that are among the first {@code k}. */
  public double recall(int k) {
    long all = Arrays.stream(ideal).filter(grade -> grade > 0).count();
    double found = 0;
    for (int from = 0; from < Math.min(k, grades.length); from = end(from)) {
      int end = end(from);
      found += (double) relevant(from, end) * (Math.min(k, end) - from) / (end - from);
    }
    return all == 0 ? Double.NaN : found / all;
  }

  /** The discounted gain, grade / log2(place + 1), by the largest that there can be. */
  public double ndcg(int k) {
    double[] best = ideal.clone();
    Arrays.sort(best);
    double most = 0;
    for (int i = 0; i < Math.min(k, best.length); i++) {
      most += Math.max(0, best[best.length - 1 - i]) * discount(i);
    }
    double gain = 0;
    for (int from = 0; from < Math.min(k, grades.length); from = end(from)) {
      int end = end(from);
      double mean =
          Arrays.stream(grades, from, end).map(grade -> Math.max(0, grade)).sum() / (end - from);
      for (int i = from; i < Math.min(k, end); i++) {
        gain += mean * discount(i);
      }
    }
    return most == 0 ? Double.NaN : gain / most;
  }

  private static double discount(int place) {
    return Math.log(2) / Math.log(place + 2);
  }

  /** Where the texts end that have the score of one. */
  private int end(int from) {
    int end = from + 1;
    while (end < scores.length && scores[end] == scores[from]) {
      end++;
    }
    return end;
  }

  private long relevant(int from, int end) {
    return Arrays.stream(grades, from, end).filter(grade -> grade > 0).count();
  }
}
