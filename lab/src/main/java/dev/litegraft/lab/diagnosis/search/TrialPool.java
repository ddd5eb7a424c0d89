package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile.Screen;
import dev.litegraft.lab.reference.PlainLayers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What all trials share: the file, the threads on which hypotheses are tried side by side, and the
 * count of what was computed.
 */
public final class TrialPool implements AutoCloseable {
  /** Told after some models were tried. */
  public interface Listener {
    void tried(int count, int ofAbout);
  }

  /**
   * What counts as explained, and how much is computed.
   *
   * @param floor the largest difference that counts as none
   * @param clear the largest difference that leaves no doubt: nothing else is tried; 0 for none
   * @param screenTokens tokens that are computed for every hypothesis, about
   * @param pairTokens tokens that may have been computed when another pair is begun
   * @param rough whether the file's answers move in steps
   */
  public record Limits(
      double floor, double clear, int screenTokens, long pairTokens, boolean rough) {
    public Limits withFloor(double other) {
      return new Limits(other, clear, screenTokens, pairTokens, rough);
    }

    public Limits asRough(boolean so) {
      return new Limits(floor, clear, screenTokens, pairTokens, so);
    }
  }

  private final AskedFile subject;
  private final Limits limits;
  private final PlainLayers layers;
  private final PlainLayers alone;
  private final int threads;
  private final Listener listener;
  private final ExecutorService pool;
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicLong tokens = new AtomicLong();
  private int expected = 1;

  public TrialPool(
      AskedFile subject, Limits limits, PlainLayers layers, int threads, Listener listener) {
    this.subject = subject;
    this.limits = limits;
    this.layers = layers;
    this.alone = layers.with(1);
    this.threads = threads;
    this.listener = listener;
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "litegraft-diagnosis");
              thread.setDaemon(true);
              return thread;
            });
  }

  public AskedFile subject() {
    return subject;
  }

  public Limits limits() {
    return limits;
  }

  /** How many models were tried. */
  public int count() {
    return count.get();
  }

  /** Whether there is time for another pair. */
  public boolean haveTime() {
    return tokens.get() <= limits.pairTokens;
  }

  /** About so many more models will be tried. */
  public void expect(int more) {
    expected = count.get() + more;
  }

  /** TrialPool on top of a model; empty if the checkpoint cannot be read so. */
  public Optional<Trial> on(VariantModel base) {
    Screen all = subject.all();
    tokens.addAndGet(subject.tokens(all));
    return subject
        .answers(base, all, layers)
        .map(
            answers ->
                new Trial(
                    this,
                    base,
                    answers,
                    subject.screen(answers, limits.floor, limits.screenTokens)));
  }

  /** Whether nothing else has to be tried. */
  public boolean isClear(Candidate candidate) {
    return candidate.explains()
        && (subject.isFollowed() || candidate.distance().max() <= limits.clear);
  }

  /** Whether one explanation leaves no room for another. */
  boolean isSharp() {
    return limits.clear > 0 || subject.isFollowed();
  }

  /** A model's answers, computed on one thread. */
  public Optional<List<float[][]>> answers(VariantModel variant, Screen screen) {
    count.incrementAndGet();
    tokens.addAndGet(subject.tokens(screen));
    return subject.answers(variant, screen, alone);
  }

  /**
   * A function of each item, side by side, as many at once as there are threads; those behind one
   * that is clear are left out.
   */
  public List<Candidate> sideBySide(int items, Function<Integer, Candidate> function) {
    List<Candidate> found = new ArrayList<>();
    for (int from = 0; from < items; from += threads) {
      List<Integer> some = new ArrayList<>();
      for (int i = from; i < Math.min(items, from + threads); i++) {
        some.add(i);
      }
      found.addAll(all(some, function));
      if (found.stream().anyMatch(this::isClear)) {
        break;
      }
    }
    return found;
  }

  /** A function of every item, side by side; what a failed one threw is thrown again. */
  public <A, B> List<B> all(List<A> items, Function<A, B> function) {
    List<Future<B>> futures = new ArrayList<>();
    items.forEach(item -> futures.add(pool.submit(() -> function.apply(item))));
    List<B> results = new ArrayList<>();
    try {
      for (Future<B> future : futures) {
        results.add(future.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
    listener.tried(count.get(), Math.max(expected, count.get()));
    return results;
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
