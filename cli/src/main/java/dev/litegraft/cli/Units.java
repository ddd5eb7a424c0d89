package dev.litegraft.cli;

import java.util.Locale;

/** Numbers as people read them, the same in every locale. */
final class Units {
  private Units() {}

  /** {@code 5.2 MiB}. */
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1023.95 && unit < 3) {
      value /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %siB", value, "KMGT".charAt(unit));
  }

  /** {@code 1 file}, {@code 2 files}. */
  static String of(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }

  /** {@code 134.5 M}: thousands, millions, billions. */
  static String count(long count) {
    if (count < 10_000) {
      return Long.toString(count);
    }
    double value = count;
    int unit = -1;
    while (value >= 999.95 && unit < 2) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", value, "KMG".charAt(unit));
  }

  /** {@code 12.3}: milliseconds of a number of them. */
  static String milliseconds(double milliseconds) {
    return String.format(Locale.ROOT, "%.1f", milliseconds);
  }

  /** {@code 1.8 s}. */
  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f s", seconds);
  }

  /** {@code 83.6 %}. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }
}
