package dev.litegraft.runtime;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A tokenizer that is being made on a thread of its own: the first who opens it waits for that. */
final class BegunTokenizer implements ModelKnowledge.Opening {
  private final ModelKnowledge.Opening opening;
  private final AtomicReference<@Nullable FutureTask<Tokenizer>> first;

  private BegunTokenizer(ModelKnowledge.Opening opening, FutureTask<Tokenizer> first) {
    this.opening = opening;
    this.first = new AtomicReference<>(first);
  }

  static ModelKnowledge.Opening begin(ModelKnowledge.Opening opening) {
    FutureTask<Tokenizer> task = new FutureTask<>(opening::open);
    Thread thread = new Thread(task, "litegraft-tokenizer");
    thread.setDaemon(true);
    thread.start();
    return new BegunTokenizer(opening, task);
  }

  @Override
  public Tokenizer open() throws IOException {
    FutureTask<Tokenizer> begun = first.getAndSet(null);
    // A tokenizer is closed by whoever opened it, so that nobody else may have it.
    return begun == null ? opening.open() : result(begun);
  }

  /** An interrupt stays for later, as where a call waits for an interpreter. */
  private static Tokenizer result(FutureTask<Tokenizer> task) throws IOException {
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
