package dev.litegraft.lab.tuning;

import java.util.Optional;

/**
 * A file that was tried.
 *
 * @param name its recipe, and what of it is kept in a better form
 * @param bytes its size
 * @param medianMilliseconds of a call
 * @param reached what it reaches on the rows of the choice; absent where it could not be made
 * @param damage how far its answers are from those in f32, the mean divergence where there is one
 * @param note why it could not be made, or that it was chosen; else empty
 */
public record Tried(
    String name,
    long bytes,
    double medianMilliseconds,
    Optional<Bound.Reached> reached,
    double damage,
    String note) {
  boolean isMet() {
    return reached.map(Bound.Reached::met).orElse(false);
  }

  Tried with(String other) {
    return new Tried(name, bytes, medianMilliseconds, reached, damage, other);
  }
}
