package dev.litegraft.lab.benchmark;

import dev.litegraft.lab.statistics.PairedBootstrap;

/**
 * How long a work takes, in milliseconds.
 *
 * @param calls how many were timed
 * @param median which half of them do not exceed
 * @param p95 which 95 % of them do not exceed
 * @param min the shortest: what else runs on the machine disturbs it least
 */
public record Timing(int calls, double median, double p95, double min) {
  private static final double TAIL = 0.95;

  /**
   * Of these times.
   *
   * @param milliseconds of each call, at least one, in ascending order
   */
  static Timing of(double... milliseconds) {
    return new Timing(
        milliseconds.length,
        PairedBootstrap.quantile(milliseconds, 0.5),
        PairedBootstrap.quantile(milliseconds, TAIL),
        milliseconds[0]);
  }
}
