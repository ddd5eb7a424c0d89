package dev.litegraft.lab.statistics;

import java.util.Arrays;

/**
 * How often rows of one class were taken for another, and what follows of it. Classes are numbers
 * from 0.
 *
 * @param counts by the right class and the answered one, [classes, classes]
 */
public record Confusion(long[][] counts) {
  /**
   * Of rows that count so often; those without a right class (below 0) are left out.
   *
   * @param right the right classes, [rows]
   * @param answered the answered ones, [rows]
   */
  public static Confusion of(int classes, int[] right, int[] answered, int[] weights) {
    long[][] counts = new long[classes][classes];
    for (int i = 0; i < right.length; i++) {
      if (right[i] >= 0) {
        counts[right[i]][answered[i]] += weights[i];
      }
    }
    return new Confusion(counts);
  }

  /** The part of all rows whose class was answered. */
  public double accuracy() {
    long correct = 0;
    for (int i = 0; i < counts.length; i++) {
      correct += counts[i][i];
    }
    return (double) correct / total();
  }

  private long total() {
    return Arrays.stream(counts).flatMapToLong(Arrays::stream).sum();
  }

  /** How many rows are of this class. */
  public long support(int label) {
    return Arrays.stream(counts[label]).sum();
  }

  /** How many rows were taken for this class. */
  public long answered(int label) {
    return Arrays.stream(counts).mapToLong(row -> row[label]).sum();
  }

  /** Of the rows that were taken for this class the part that is of it; 0 where there are none. */
  public double precision(int label) {
    return ratio(counts[label][label], answered(label));
  }

  /** Of the rows of this class the part that was taken for it; 0 where there are none. */
  public double recall(int label) {
    return ratio(counts[label][label], support(label));
  }

  /** The harmonic mean of precision and recall of a class. */
  public double f1(int label) {
    return ratio(2 * counts[label][label], support(label) + answered(label));
  }

  /** The mean of F1 of the classes that rows are of or were taken for, as scikit-learn takes it. */
  public double macroF1() {
    double sum = 0;
    int classes = 0;
    for (int label = 0; label < counts.length; label++) {
      if (support(label) + answered(label) > 0) {
        sum += f1(label);
        classes++;
      }
    }
    return classes == 0 ? Double.NaN : sum / classes;
  }

  private static double ratio(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
