package dev.litegraft.lab.reference;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/**
 * Runs independent tasks on several threads, of which the caller is one. Which thread takes which
 * task is chance, so a task may not depend on it.
 */
public final class Workers {
  private static final ExecutorService HELPERS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "litegraft-reference");
            thread.setDaemon(true);
            return thread;
          });

  /** Multiplications below which waking a helper costs more than it saves. */
  private static final long SMALL = 1 << 19;

  private static final Workers CALLER = new Workers(1);

  private final int threads;

  public Workers(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads);
    }
    this.threads = threads;
  }

  int threads() {
    return threads;
  }

  /** The workers for so many multiplications: the caller alone if they are few. */
  Workers forWork(long multiplications) {
    return multiplications < SMALL ? CALLER : this;
  }

  /** Runs {@code task} for 0 to {@code tasks} − 1. */
  public void forEach(int tasks, IntConsumer task) {
    forEach(tasks, () -> task, IntConsumer::accept);
  }

  /**
   * Runs {@code task} for 0 to {@code tasks} − 1, with one scratch object a thread. Returns when
   * all have ended; what a failed task threw is thrown again.
   */
  <S> void forEach(int tasks, Supplier<S> scratch, ObjIntConsumer<S> task) {
    AtomicInteger next = new AtomicInteger();
    Runnable drain =
        () -> {
          try {
            int i = next.getAndIncrement();
            S own = i < tasks ? scratch.get() : null;
            for (; own != null && i < tasks; i = next.getAndIncrement()) {
              task.accept(own, i);
            }
          } catch (RuntimeException | Error e) {
            next.set(tasks);
            throw e;
          }
        };
    CompletableFuture<?>[] helping =
        new CompletableFuture<?>[Math.max(0, Math.min(threads, tasks) - 1)];
    for (int i = 0; i < helping.length; i++) {
      helping[i] = CompletableFuture.runAsync(drain, HELPERS);
    }
    try {
      drain.run();
    } finally {
      await(CompletableFuture.allOf(helping));
    }
  }

  private static void await(CompletableFuture<Void> all) {
    try {
      all.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }
}
