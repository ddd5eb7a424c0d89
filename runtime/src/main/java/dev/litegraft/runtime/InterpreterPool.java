package dev.litegraft.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The interpreters of one model, each lent to one thread at a time. A further interpreter is made
 * when all are lent and there may be more: each packs the weights for itself.
 */
final class InterpreterPool implements Lane, AutoCloseable {
  private final LiteRtModel model;
  private final boolean owns;
  private final int threads;
  private final int size;
  private final Semaphore free;
  private final TogetherChoice together = new TogetherChoice();
  private final Deque<LiteRtInterpreter> idle = new ArrayDeque<>();
  private int made;
  private boolean closed;

  private InterpreterPool(LiteRtModel model, boolean owns, int threads, int size, Semaphore free) {
    this.model = model;
    this.owns = owns;
    this.threads = threads;
    this.size = size;
    this.free = free;
  }

  /** A pool that owns {@code model} and its first interpreter. */
  static InterpreterPool of(LiteRtModel model, LiteRtInterpreter first, int threads, int size) {
    InterpreterPool pool =
        new InterpreterPool(model, true, threads, size, new Semaphore(size, true));
    pool.idle.push(first);
    pool.made = 1;
    return pool;
  }

  /** A pool of interpreters of a model that stays open longer than the pool. */
  static InterpreterPool beside(LiteRtModel model, int threads, int size) {
    return new InterpreterPool(model, false, threads, size, new Semaphore(size, true));
  }

  /**
   * A pool of interpreters with another number of threads, of which one works only where one of
   * this pool does not.
   */
  InterpreterPool inPlace(int otherThreads) {
    return new InterpreterPool(model, false, otherThreads, size, free);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public TogetherChoice together() {
    return together;
  }

  @Override
  public void borrow(Consumer<Runner> work) {
    with(
        interpreter -> {
          work.accept((signature, row) -> timed(interpreter, signature, row));
          return interpreter;
        });
  }

  /** The outputs for a row, and how long that took without waiting. */
  static RawModel.Timed<List<RawOutput>> timed(
      LiteRtInterpreter interpreter, TextSignature signature, FilledRow row) {
    long begin = System.nanoTime();
    List<RawOutput> outputs = interpreter.run(signature, row);
    return new RawModel.Timed<>(outputs, System.nanoTime() - begin);
  }

  /** Makes all interpreters now; nobody may have one. */
  void fill() {
    synchronized (idle) {
      while (made < size && !closed) {
        made++;
        idle.push(LiteRtInterpreter.of(model, threads));
      }
    }
  }

  /**
   * Calls {@code work} with an interpreter, after those that came before.
   *
   * @throws IllegalStateException if the pool is closed, also while waiting
   */
  <R> R with(Function<LiteRtInterpreter, R> work) {
    free.acquireUninterruptibly();
    try {
      LiteRtInterpreter interpreter = lend();
      try {
        return work.apply(interpreter);
      } finally {
        giveBack(interpreter);
      }
    } finally {
      free.release();
    }
  }

  private LiteRtInterpreter lend() {
    synchronized (idle) {
      if (closed) {
        throw new IllegalStateException("this model is closed: " + model.where());
      }
      if (!idle.isEmpty()) {
        return idle.pop();
      }
      made++;
    }
    return LiteRtInterpreter.of(model, threads);
  }

  private void giveBack(LiteRtInterpreter interpreter) {
    synchronized (idle) {
      idle.push(interpreter);
    }
  }

  /** Waits for the calls that are under way, then frees everything; a second call does nothing. */
  @Override
  public void close() {
    free.acquireUninterruptibly(size);
    try {
      synchronized (idle) {
        if (!closed) {
          closed = true;
          idle.forEach(LiteRtInterpreter::close);
          idle.clear();
          if (owns) {
            model.close();
          }
        }
      }
    } finally {
      free.release(size);
    }
  }
}
