package dev.litegraft.serve;

import dev.litegraft.runtime.Outcome;
import dev.litegraft.serve.Refusal.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Texts of all requests that wait for a model. A thread takes some of each request in turn, so that
 * a long list does not keep a single text waiting, and asks the model about all that it took; the
 * next ones gather meanwhile.
 */
final class TextQueue<T, A> implements AutoCloseable {
  /** Texts that a request may bring to a batch while others wait. */
  private static final int SHARE = 16;

  /** Asks a model about texts; the outcomes are in their order. */
  interface Ask<T, A> {
    List<Outcome<T, A>> of(List<T> texts);
  }

  /** Of a request. */
  private static final class Waiting<T, A> {
    private final List<T> texts;
    private final @Nullable Outcome<T, A>[] outcomes;
    private int left;
    private final CompletableFuture<List<Outcome<T, A>>> whole = new CompletableFuture<>();
    private final long since = System.nanoTime();
    private int taken;
    private long begun;

    @SuppressWarnings("unchecked")
    Waiting(List<T> texts) {
      this.texts = texts;
      this.outcomes = (@Nullable Outcome<T, A>[]) new Outcome<?, ?>[texts.size()];
      this.left = texts.size();
    }

    void end(int index, Outcome<T, A> outcome) {
      left -= outcomes[index] == null ? 1 : 0; // It may be asked twice: see where memory ends.
      outcomes[index] = outcome;
      if (left == 0) {
        List<Outcome<T, A>> all = new ArrayList<>(outcomes.length);
        Arrays.asList(outcomes).forEach(one -> all.add(java.util.Objects.requireNonNull(one)));
        whole.complete(all);
      }
    }
  }

  /** A text of a request. */
  private record Place<T, A>(Waiting<T, A> request, int index) {
    T text() {
      return request.texts.get(index);
    }
  }

  private final Ask<T, A> ask;
  private final int capacity;
  private final int batch;
  private final Metrics metrics;
  private final String model;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final ArrayDeque<Waiting<T, A>> requests = new ArrayDeque<>();
  private final Thread worker;
  private int texts;
  private boolean closed;

  /**
   * @param model its name, for messages and metrics
   * @param capacity the most texts that wait or are being answered; a request that finds none of
   *     them is taken whatever it brings, or some could never be answered
   * @param batch the most texts that are asked at once
   */
  TextQueue(String model, Ask<T, A> ask, int capacity, int batch, Metrics metrics) {
    this.model = model;
    this.ask = ask;
    this.capacity = capacity;
    this.batch = batch;
    this.metrics = metrics;
    this.worker = RequestThreads.daemons("litegraft-serve-" + model).newThread(this::work);
    worker.start();
  }

  /**
   * What becomes of texts; fails with what the model failed with.
   *
   * @throws Refusal if there is no room for them, or the server stops
   */
  CompletableFuture<List<Outcome<T, A>>> submit(List<T> some) {
    Waiting<T, A> request = new Waiting<>(some);
    if (some.isEmpty()) {
      request.whole.complete(List.of());
      return request.whole;
    }
    lock.lock();
    try {
      if (closed) {
        throw stopping();
      }
      if (texts > 0 && texts + some.size() > capacity) {
        throw Refusal.of(
            Kind.OVERLOADED,
            "Model is overloaded: "
                + texts
                + " texts wait for "
                + model
                + ", and "
                + some.size()
                + " more do not fit into a queue of "
                + capacity);
      }
      texts += some.size();
      requests.add(request);
      more.signal();
    } finally {
      lock.unlock();
    }
    return request.whole;
  }

  private static Refusal stopping() {
    return Refusal.of(Kind.STOPPING, "the server is stopping");
  }

  /** How many texts wait or are being answered. */
  int size() {
    lock.lock();
    try {
      return texts;
    } finally {
      lock.unlock();
    }
  }

  private void work() {
    for (List<Place<T, A>> some = take(); !some.isEmpty(); some = take()) {
      metrics.batch(model, some.size());
      try {
        answer(some);
      } finally {
        done(some.size());
      }
    }
  }

  private void answer(List<Place<T, A>> some) {
    try {
      List<Outcome<T, A>> outcomes = ask.of(some.stream().map(Place::text).toList());
      for (int i = 0; i < some.size(); i++) {
        Waiting<T, A> request = some.get(i).request;
        if (request.left == 1) {
          metrics.inferred(model, System.nanoTime() - request.begun);
        }
        request.end(some.get(i).index, outcomes.get(i));
      }
    } catch (OutOfMemoryError e) {
      List<Waiting<T, A>> all = some.stream().map(Place::request).distinct().toList();
      if (all.size() == 1) {
        all.get(0).whole.completeExceptionally(e);
        return;
      }
      for (Waiting<T, A> one : all) { // Those whose texts are small are answered yet.
        answer(some.stream().filter(place -> place.request == one).toList());
      }
    } catch (RuntimeException | Error e) {
      some.forEach(place -> place.request.whole.completeExceptionally(e));
    }
  }

  private void done(int count) {
    lock.lock();
    try {
      texts -= count;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for texts; none where the queue is closed and empty. */
  private List<Place<T, A>> take() {
    lock.lock();
    try {
      while (requests.isEmpty() && !closed) {
        more.awaitUninterruptibly();
      }
      List<Place<T, A>> some = new ArrayList<>();
      while (some.size() < batch && !requests.isEmpty()) {
        Waiting<T, A> request = requests.remove();
        if (request.taken == 0) {
          request.begun = System.nanoTime();
          metrics.waited(model, request.begun - request.since);
        }
        int end = Math.min(request.taken + SHARE, request.texts.size());
        for (; request.taken < end && some.size() < batch; request.taken++) {
          some.add(new Place<>(request, request.taken));
        }
        if (request.taken < request.texts.size()) {
          requests.add(request);
        }
      }
      return some;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more texts; those that are being answered are waited for, others refused. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (Waiting<T, A> request : requests) {
        request.whole.completeExceptionally(stopping());
      }
      requests.clear();
      more.signalAll();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
