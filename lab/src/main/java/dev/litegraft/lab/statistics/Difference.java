package dev.litegraft.lab.statistics;

import java.util.OptionalLong;

/**
 * A measure of one file less that of another, on the same rows.
 *
 * @param value the difference
 * @param interval where it lies with 95 % confidence
 * @param rows of which it was made
 */
public record Difference(double value, Interval interval, long rows) {
  /** Whether the interval excludes 0: that the files differ is no chance of these rows. */
  public boolean isResolved() {
    return interval.excludesZero();
  }

  /**
   * How many rows it would take until a difference of this size is resolved: n · (half width /
   * difference)². Absent where it is resolved, or the difference is 0.
   */
  public OptionalLong rowsNeeded() {
    if (isResolved()
        || value == 0
        || !Double.isFinite(value)
        || !Double.isFinite(interval.half())) {
      return OptionalLong.empty();
    }
    double ratio = interval.half() / value;
    return OptionalLong.of((long) Math.ceil(rows * ratio * ratio));
  }
}
