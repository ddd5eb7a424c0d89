package dev.litegraft.lab.statistics;

import java.util.Arrays;

/**
 * Measures of a query's texts in the order of their scores. Grades below 0 count as 0, as
 * trec_eval's do: −1 or −2 says that a text is not relevant. Where no text is relevant, there is
 * nothing that could be found: all measures are NaN.
 *
 * @param grades how relevant each text is in that order, 0 or less where it is not, [texts]
 * @param ideal the grades of all texts that are relevant, those that were not found too, any order
 */
public record RankedHits(double[] grades, double[] ideal) {
  /** Whether there is a text that is relevant. */
  public boolean isJudged() {
    return Arrays.stream(ideal).anyMatch(grade -> grade > 0);
  }

  /** 1 / the place of the first relevant text among the first {@code k}; 0 if there is none. */
  public double reciprocalRank(int k) {
    if (!isJudged()) {
      return Double.NaN;
    }
    for (int i = 0; i < Math.min(k, grades.length); i++) {
      if (grades[i] > 0) {
        return 1.0 / (i + 1);
      }
    }
    return 0;
  }

  /** The part of the relevant texts that are among the first {@code k}. */
  public double recall(int k) {
    long all = Arrays.stream(ideal).filter(grade -> grade > 0).count();
    long found = Arrays.stream(grades).limit(k).filter(grade -> grade > 0).count();
    return all == 0 ? Double.NaN : (double) found / all;
  }

  /** The discounted gain, grade / log2(place + 1), by the largest that there can be. */
  public double ndcg(int k) {
    double[] best = ideal.clone();
    Arrays.sort(best);
    double[] descending = new double[best.length];
    for (int i = 0; i < best.length; i++) {
      descending[i] = best[best.length - 1 - i];
    }
    double most = gain(descending, k);
    return most == 0 ? Double.NaN : gain(grades, k) / most;
  }

  private static double gain(double[] grades, int k) {
    double sum = 0;
    for (int i = 0; i < Math.min(k, grades.length); i++) {
      sum += Math.max(0, grades[i]) * Math.log(2) / Math.log(i + 2);
    }
    return sum;
  }
}
