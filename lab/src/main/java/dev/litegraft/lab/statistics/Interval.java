package dev.litegraft.lab.statistics;

/**
 * Where a number lies with 95 % confidence.
 *
 * @param low the lower end
 * @param high the upper end
 */
public record Interval(double low, double high) {
  /** Half of its width. */
  public double half() {
    return (high - low) / 2;
  }

  /** Whether 0 lies outside. */
  public boolean excludesZero() {
    return low > 0 || high < 0;
  }
}
