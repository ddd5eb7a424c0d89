package dev.litegraft.lab.statistics;

/**
 * How often classes were right, answered, and both: what precision, recall and F1 need, in as much
 * room as there are classes, of which there may be many thousands.
 *
 * @param both rows of a class that were taken for it, [classes]
 * @param right rows of a class, [classes]
 * @param answered rows that were taken for a class, [classes]
 */
public record ClassCounts(long[] both, long[] right, long[] answered) {
  /**
   * Of rows that count so often; those without a right class (below 0) are left out.
   *
   * @param right the right classes, [rows]
   * @param answered the answered ones, [rows]
   */
  public static ClassCounts of(int classes, int[] right, int[] answered, int[] weights) {
    ClassCounts counts = new ClassCounts(new long[classes], new long[classes], new long[classes]);
    for (int i = 0; i < right.length; i++) {
      if (right[i] >= 0) {
        counts.right[right[i]] += weights[i];
        counts.answered[answered[i]] += weights[i];
        counts.both[right[i]] += right[i] == answered[i] ? weights[i] : 0;
      }
    }
    return counts;
  }

  /** How many rows are of this class. */
  public long support(int label) {
    return right[label];
  }

  /** Of the rows that were taken for this class the part that is of it; 0 where there are none. */
  public double precision(int label) {
    return ratio(both[label], answered[label]);
  }

  /** Of the rows of this class the part that was taken for it; 0 where there are none. */
  public double recall(int label) {
    return ratio(both[label], right[label]);
  }

  /** The harmonic mean of precision and recall of a class. */
  public double f1(int label) {
    return ratio(2 * both[label], right[label] + answered[label]);
  }

  /** The mean of F1 of the classes that rows are of or were taken for, as scikit-learn takes it. */
  public double macroF1() {
    double sum = 0;
    int classes = 0;
    for (int label = 0; label < both.length; label++) {
      if (right[label] + answered[label] > 0) {
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
