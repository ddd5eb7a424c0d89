package dev.litegraft.lab.tuning;

import dev.litegraft.lab.statistics.Interval;
import java.util.Optional;

/**
 * A file that was tried.
 *
 * @param name its recipe, and what of it is kept in a better form
 * @param bytes its size
 * @param medianMilliseconds of a call
 * @param medianInterval where that lies with 95 % confidence, as far as the calls tell
 * @param reached what it reaches on the rows of the choice; absent where it could not be made
 * @param damage how far its answers are from those in f32, the mean divergence where there is one
 * @param note why it could not be made, or that it was chosen; else empty
 */
public record Tried(
    String name,
    long bytes,
    double medianMilliseconds,
    Interval medianInterval,
    Optional<Bound.Reached> reached,
    double damage,
    String note) {
  /** Medians of one file that is measured again differ by so much where other programs run. */
  private static final double DRIFT = 1.05;

  /** One whose calls had the same median each time. */
  public Tried(
      String name,
      long bytes,
      double medianMilliseconds,
      Optional<Bound.Reached> reached,
      double damage,
      String note) {
    this(
        name,
        bytes,
        medianMilliseconds,
        new Interval(medianMilliseconds, medianMilliseconds),
        reached,
        damage,
        note);
  }

  boolean isMet() {
    return reached.map(Bound.Reached::met).orElse(false);
  }

  /** Whether the calls do not tell which of two is faster: medians of files drift, too. */
  boolean isAsFastAs(Tried fastest) {
    return medianInterval.low() <= fastest.medianInterval.high()
        || medianMilliseconds <= fastest.medianMilliseconds * DRIFT;
  }

  Tried with(String other) {
    return new Tried(name, bytes, medianMilliseconds, medianInterval, reached, damage, other);
  }
}
