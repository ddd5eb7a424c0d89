package dev.litegraft.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * The interpreters of one model, each lent to one thread at a time. A further interpreter is made
 * when all are lent and there may be more: each packs the weights for itself.
 */
final class InterpreterPool implements AutoCloseable {
  private final LiteRtModel model;
  private final int threads;
  private final int size;
  private final Semaphore free;
  private final Deque<LiteRtInterpreter> idle = new ArrayDeque<>();
  private boolean closed;

  /** A pool that owns {@code model} and its first interpreter. */
  InterpreterPool(LiteRtModel model, LiteRtInterpreter first, int threads, int size) {
    this.model = model;
    this.threads = threads;
    this.size = size;
    this.free = new Semaphore(size, true);
    idle.push(first);
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
    }
    return new LiteRtInterpreter(model, threads);
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
          model.close();
        }
      }
    } finally {
      free.release(size);
    }
  }
}
