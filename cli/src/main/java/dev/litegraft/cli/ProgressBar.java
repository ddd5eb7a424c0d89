package dev.litegraft.cli;

import java.io.PrintStream;

/** A bar on a terminal, shown once the work has taken a second, and wiped away at its end. */
final class ProgressBar implements AutoCloseable {
  private static final long PATIENCE_NANOS = 1_000_000_000L;
  private static final long PAUSE_NANOS = 100_000_000L;
  private static final int WIDTH = 30;

  /** A unit that has larger ones. */
  static final String BYTES = "bytes";

  private final PrintStream err;
  private final String what;
  private final String unit;
  private final boolean shown;
  private final long start = System.nanoTime();
  private long before;
  private long lastDrawn = Long.MIN_VALUE;

  /**
   * @param unit of what is counted, in the plural, to say how many a second; empty for none
   */
  ProgressBar(PrintStream err, String what, String unit, boolean shown) {
    this.err = err;
    this.what = what;
    this.unit = unit;
    this.shown = shown;
  }

  /** So much was done before it began; that tells nothing of how fast it goes. */
  synchronized void from(long done) {
    before = done;
  }

  /** So much of it is done. */
  synchronized void at(long done, long total) {
    long now = System.nanoTime();
    boolean drawnBefore = lastDrawn != Long.MIN_VALUE;
    if (!shown
        || total <= 0
        || now - start < PATIENCE_NANOS
        || (drawnBefore && now - lastDrawn < PAUSE_NANOS)) {
      return;
    }
    lastDrawn = now;
    double fraction = Math.min(1, (double) done / total);
    int full = (int) (fraction * WIDTH);
    double seconds = (now - start) / 1e9;
    double left = done > before ? seconds * Math.max(0, total - done) / (done - before) : 0;
    err.print(
        "\r"
            + what
            + " ["
            + "#".repeat(full)
            + " ".repeat(WIDTH - full)
            + "] "
            + (int) (100 * fraction)
            + " %, "
            + rate(done - before, seconds)
            + Units.seconds(left)
            + " left\u001b[K");
    err.flush();
  }

  private String rate(long done, double seconds) {
    long each = Math.round(done / seconds);
    return switch (unit) {
      case "" -> "";
      case BYTES -> Units.bytes(each) + "/s, ";
      default -> Units.count(each) + " " + unit + "/s, ";
    };
  }

  /** Wipes the bar away. */
  @Override
  public synchronized void close() {
    if (lastDrawn != Long.MIN_VALUE) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
