package dev.litegraft.lab.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether an answer that is called 80 % sure is right in 80 % of the rows.
 *
 * <p>Source: C. Guo et al., "On Calibration of Modern Neural Networks", 2017: the expected
 * calibration error, with 15 bins of equal width, each without its lower end.
 */
public final class Calibration {
  /** How many bins there are. */
  public static final int BINS = 15;

  private final int[] bins;
  private final double[] confidence;
  private final boolean[] right;

  /**
   * Of rows with the probability of their answer, and whether it was right.
   *
   * @param confidence between 0 and 1, [rows]
   * @param right [rows]
   */
  public Calibration(double[] confidence, boolean[] right) {
    this.confidence = confidence;
    this.right = right;
    this.bins = Arrays.stream(confidence).mapToInt(Calibration::bin).toArray();
  }

  private static int bin(double probability) {
    return Math.min(BINS - 1, Math.max(0, (int) Math.ceil(probability * BINS) - 1));
  }

  /**
   * Rows whose confidence lies in the same bin.
   *
   * @param rows how many
   * @param confidence their mean confidence
   * @param accuracy the part that was right
   */
  public record Bin(long rows, double confidence, double accuracy) {}

  /** The bins that have rows, in ascending order of confidence. */
  public List<Bin> bins(int[] counts) {
    long[] rows = new long[BINS];
    double[] sums = new double[BINS];
    long[] correct = new long[BINS];
    for (int i = 0; i < bins.length; i++) {
      rows[bins[i]] += counts[i];
      sums[bins[i]] += counts[i] * confidence[i];
      correct[bins[i]] += right[i] ? counts[i] : 0;
    }
    List<Bin> all = new ArrayList<>();
    for (int b = 0; b < BINS; b++) {
      if (rows[b] > 0) {
        all.add(new Bin(rows[b], sums[b] / rows[b], (double) correct[b] / rows[b]));
      }
    }
    return all;
  }

  /** The mean difference of confidence and accuracy, bins weighted by their rows. */
  public double error(int[] counts) {
    List<Bin> all = bins(counts);
    double total = all.stream().mapToLong(Bin::rows).sum();
    return all.stream()
        .mapToDouble(bin -> bin.rows() / total * Math.abs(bin.confidence() - bin.accuracy()))
        .sum();
  }
}
