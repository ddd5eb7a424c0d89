package dev.litegraft.benchmarks;

import java.io.IOException;
import java.util.Arrays;

/**
 * The times of two works that were done in turns, so that what else the machine does slows both.
 *
 * @param first milliseconds of the first work, sorted
 * @param second milliseconds of the second work, sorted
 */
record Times(double[] first, double[] second) {
  /** Something that is timed. */
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  /** Does both in turns: once untimed, then {@code rounds} times each. */
  static Times of(int rounds, Work first, Work second) throws IOException {
    first.run();
    second.run();
    double[][] times = new double[2][rounds];
    for (int i = 0; i < rounds; i++) {
      times[0][i] = milliseconds(first);
      times[1][i] = milliseconds(second);
    }
    Arrays.sort(times[0]);
    Arrays.sort(times[1]);
    return new Times(times[0], times[1]);
  }

  private static double milliseconds(Work work) throws IOException {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / 1e6;
  }

  static double median(double[] sorted) {
    return sorted[sorted.length / 2];
  }

  static double best(double[] sorted) {
    return sorted[0];
  }

  /** How much longer the second takes, by the medians. */
  double ratio() {
    return median(second) / median(first);
  }

  /** The same by the best times, which other work on the machine disturbs least. */
  double ratioOfBest() {
    return best(second) / best(first);
  }
}
