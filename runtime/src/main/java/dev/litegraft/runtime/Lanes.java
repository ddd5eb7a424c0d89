package dev.litegraft.runtime;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which many texts can go through a model at once: through its usual interpreters, each
 * of several threads, or through as many interpreters of one thread as there are threads in all.
 * Which is faster depends on the model, the texts, and what else the machine does, so that it is
 * measured; what was found is kept with the model.
 */
final class Lanes {
  private final Lane usual;
  private final int threads;
  private final Supplier<InterpreterPool> maker;
  private @Nullable InterpreterPool singles;
  private @Nullable Lane chosen;
  private boolean closed;

  /**
   * @param usual the model's own interpreters
   * @param threads that all of them have together
   * @param maker makes interpreters of one thread each; asked only where there are more threads
   *     than interpreters
   */
  Lanes(Lane usual, int threads, Supplier<InterpreterPool> maker) {
    this.usual = usual;
    this.threads = threads;
    this.maker = maker;
  }

  /** How many threads work at a time. */
  int threads() {
    return threads;
  }

  Lane usual() {
    return usual;
  }

  /** Whether there is anything to choose. */
  boolean differ() {
    return threads > usual.size();
  }

  /** What {@link #choose} said. */
  synchronized Optional<Lane> chosen() {
    return Optional.ofNullable(chosen);
  }

  /**
   * The interpreters of one thread each, all of them made.
   *
   * @throws IllegalStateException if the model is closed
   */
  synchronized InterpreterPool singles() {
    if (closed) {
      throw new IllegalStateException("this model is closed");
    }
    if (singles == null) {
      singles = maker.get();
      singles.fill();
    }
    return singles;
  }

  /** Goes this way from now on; of the single-threaded ones the memory is freed where it is not. */
  synchronized void choose(Lane way) {
    chosen = way;
    if (way != singles && singles != null) {
      singles.close();
      singles = null;
    }
  }

  /** Waits for the calls that are under way, and frees what is not the model's own. */
  void close() {
    InterpreterPool open;
    synchronized (this) {
      closed = true;
      open = singles;
      singles = null;
    }
    if (open != null) {
      open.close();
    }
  }
}
