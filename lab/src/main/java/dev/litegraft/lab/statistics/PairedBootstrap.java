package dev.litegraft.lab.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How sure a number is that is made of rows, or the difference of two of them on the same rows:
 * rows are drawn with replacement, as many as there are, 2,000 times, and of what comes out the
 * middle 95 % count. The seed is fixed, so that the same rows give the same interval, on any number
 * of threads.
 *
 * <p>Source: B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13 (the
 * percentile interval).
 */
public final class PairedBootstrap {
  private static final int DRAWS = 2000;
  private static final long SEED = 20_261_130;

  private final int rows;
  private final int draws;

  private PairedBootstrap(int rows, int draws) {
    this.rows = rows;
    this.draws = draws;
  }

  /** Of so many rows. */
  public static PairedBootstrap of(int rows) {
    return new PairedBootstrap(rows, DRAWS);
  }

  /** The same with another number of draws. */
  PairedBootstrap withDraws(int count) {
    return new PairedBootstrap(rows, count);
  }

  /** How often rows are drawn. */
  public int draws() {
    return draws;
  }

  /** The intervals of several numbers, of the same draws. */
  public List<Interval> intervals(List<Statistic> statistics) {
    double[][] drawn = drawn(statistics);
    return Arrays.stream(drawn).map(PairedBootstrap::middle).toList();
  }

  /**
   * The differences of statistics of one file from those of another, each with its interval.
   *
   * @param first of the file that is subtracted
   * @param second of the other, as many
   */
  public List<Difference> differences(List<Statistic> first, List<Statistic> second) {
    List<Statistic> differences =
        IntStream.range(0, first.size())
            .<Statistic>mapToObj(i -> counts -> second.get(i).of(counts) - first.get(i).of(counts))
            .toList();
    List<Interval> intervals = intervals(differences);
    return IntStream.range(0, first.size())
        .mapToObj(i -> new Difference(differences.get(i).of(rows), intervals.get(i), rows))
        .toList();
  }

  /** What each statistic is in each draw, [statistics, draws]. */
  private double[][] drawn(List<Statistic> statistics) {
    double[][] drawn = new double[statistics.size()][draws];
    IntStream.range(0, draws)
        .parallel()
        .forEach(
            draw -> {
              int[] counts = counts(draw);
              for (int i = 0; i < drawn.length; i++) {
                drawn[i][draw] = statistics.get(i).of(counts);
              }
            });
    return drawn;
  }

  private int[] counts(int draw) {
    SplittableRandom random = new SplittableRandom(SEED + draw);
    int[] counts = new int[rows];
    for (int i = 0; i < rows; i++) {
      counts[random.nextInt(rows)]++;
    }
    return counts;
  }

  /**
   * The quantiles at 2.5 % and 97.5 %, between two numbers linearly; draws without one left out.
   */
  static Interval middle(double[] numbers) {
    double[] sorted = Arrays.stream(numbers).filter(x -> !Double.isNaN(x)).sorted().toArray();
    return sorted.length == 0
        ? new Interval(Double.NaN, Double.NaN)
        : new Interval(quantile(sorted, 0.025), quantile(sorted, 0.975));
  }

  /** The quantile of numbers in ascending order, between two of them linearly. */
  public static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
