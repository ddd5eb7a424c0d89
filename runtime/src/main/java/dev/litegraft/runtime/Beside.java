package dev.litegraft.runtime;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that goes on beside the thread that is going to need its result. */
final class Beside<T> {
  private final FutureTask<T> task;

  private Beside(FutureTask<T> task) {
    this.task = task;
  }

  /**
   * Begins on a thread of its own, which does not keep the process alive.
   *
   * @param work may throw {@link IOException} and what need not be declared
   */
  static <T> Beside<T> begin(String thread, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread ignored = Workers.begin(thread, task);
    return new Beside<>(task);
  }

  /** Waits for the result; an interrupt stays for later, as where a call waits. */
  T result() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException io) {
        throw io;
      }
      if (cause instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) cause;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
