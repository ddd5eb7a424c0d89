package dev.litegraft.lab.evaluation;

import dev.litegraft.lab.statistics.Interval;

/**
 * A bound, and whether a file meets it. The value counts; the interval says how sure that is.
 *
 * @param name of the bound: {@code min_accuracy}, {@code max_drop}, {@code min_agreement}, {@code
 *     max_p95_ms}
 * @param file which file
 * @param bound what was asked
 * @param value what it is
 * @param interval where it lies with 95 % confidence
 * @param passed whether the value meets the bound
 */
public record Gate(
    String name, String file, double bound, double value, Interval interval, boolean passed) {
  /** Whether the bound lies within the interval: other rows could decide otherwise. */
  public boolean isUncertain() {
    return bound > interval.low() && bound < interval.high();
  }
}
