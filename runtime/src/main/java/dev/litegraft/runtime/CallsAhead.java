package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls whose answers are too large to wait for each other in windows: as many at a time as there
 * are threads, and one more each, in the order of what is asked.
 */
final class CallsAhead<T, A> extends Spliterators.AbstractSpliterator<Outcome<T, A>>
    implements AutoCloseable {
  private final Iterator<T> source;
  private final Function<T, A> call;
  private final ExecutorService workers;
  private final ArrayDeque<Future<Outcome<T, A>>> running = new ArrayDeque<>();
  private final int most;
  private boolean closed;
  private boolean done;
  private @Nullable RuntimeException sourceFault;
  private long read;

  private CallsAhead(Iterator<T> source, int threads, Function<T, A> call) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.source = source;
    this.call = call;
    this.most = 2 * threads;
    this.workers = Workers.pool("litegraft-calls", threads);
  }

  /**
   * What becomes of each that is asked.
   *
   * @param call may be made on several threads at once
   */
  static <T, A> Stream<Outcome<T, A>> of(Stream<T> asked, int threads, Function<T, A> call) {
    CallsAhead<T, A> calls = new CallsAhead<>(asked.iterator(), threads, call);
    return StreamSupport.stream(calls, false).onClose(calls::close).onClose(asked::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super Outcome<T, A>> action) {
    if (done) {
      return false;
    }
    Outcome<T, A> next;
    try {
      readAhead();
      next = next();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    if (next == null) {
      workers.shutdown();
      if (sourceFault != null) {
        throw sourceFault; // Whoever asks again is told the same: the stream is not closed by it.
      }
      done = true;
      return false;
    }
    action.accept(next);
    return true;
  }

  /** Waits for the answer that is due; null where there is none. */
  private @Nullable Outcome<T, A> next() {
    Future<Outcome<T, A>> due = first();
    if (due == null) {
      return null;
    }
    Outcome<T, A> answered = answer(due);
    removeFirst();
    return answered;
  }

  private void readAhead() {
    requireOpen();
    while (sourceFault == null && isRoom()) {
      T asked;
      try {
        if (!source.hasNext()) {
          return;
        }
        asked = source.next();
      } catch (RuntimeException e) {
        sourceFault = e; // Those before it are answered first.
        return;
      }
      begin(asked);
    }
  }

  private synchronized boolean isRoom() {
    return running.size() < most;
  }

  /** It stays where close() finds it until it is answered. */
  private synchronized @Nullable Future<Outcome<T, A>> first() {
    return running.peek();
  }

  private synchronized void removeFirst() {
    running.remove();
  }

  /** What close() does not find is not begun after it. */
  private synchronized void begin(T asked) {
    requireOpen();
    long index = read++;
    FutureTask<Outcome<T, A>> task = new FutureTask<>(() -> outcome(index, asked));
    running.add(task);
    workers.execute(task);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw closedStream();
    }
  }

  private static IllegalStateException closedStream() {
    return new IllegalStateException("the stream of answers is closed");
  }

  private Outcome<T, A> outcome(long index, T asked) {
    try {
      return Outcome.answered(index, asked, call.apply(asked));
    } catch (InvalidInputException e) {
      return Outcome.faulty(index, asked, e);
    }
  }

  /** As calls do that wait for an interpreter: an interrupt stays for later. */
  private static <R> R answer(Future<R> due) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return due.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (CancellationException e) {
          throw closedStream();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw (RuntimeException) e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Begins no further call, and does not wait for those that are under way. */
  @Override
  public synchronized void close() {
    closed = true;
    running.forEach(one -> one.cancel(false));
    workers.shutdown();
  }
}
