package dev.litegraft.lab.benchmark;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One call of a file, without its tokenizer.
 *
 * @param tokens of the row that is asked
 * @param threads of the call
 * @param timing of all rounds
 * @param gops 10⁹ operations a second of the products of its matrices, by the shortest call; absent
 *     where the file is not vouched for
 * @param peakShare the time that these products take at the machine's {@link Peak}, over the
 *     shortest call
 * @param besideFirst how its medians compare with the first file's, round by round; absent for the
 *     first
 * @param together several texts of this length at once; absent of files without a signature for it
 */
public record Latency(
    int tokens,
    int threads,
    Timing timing,
    OptionalDouble gops,
    OptionalDouble peakShare,
    Optional<Ratio> besideFirst,
    Optional<Together> together) {
  private static final double MILLISECONDS = 1000;

  /**
   * Ratios of the rounds.
   *
   * @param median of them
   * @param min the smallest
   * @param max the largest
   */
  public record Ratio(double median, double min, double max) {}

  /**
   * One call with several texts.
   *
   * @param texts in it
   * @param timing of a text: that of the call, divided by them
   * @param besideAlone how its medians compare with those of a text alone, round by round
   */
  public record Together(int texts, Timing timing, Ratio besideAlone) {
    /** Texts a second, by the median. */
    public double textsPerSecond() {
      return MILLISECONDS / timing.median();
    }
  }

  /** Tokens a second, one text after the other, by the median. */
  public double tokensPerSecond() {
    return tokens * textsPerSecond();
  }

  /** Texts a second, one after the other, by the median. */
  public double textsPerSecond() {
    return MILLISECONDS / timing.median();
  }
}
