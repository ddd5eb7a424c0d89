package dev.litegraft.runtime;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.TokenizedModel.Encode;
import dev.litegraft.runtime.TokenizedModel.Encoded;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Some texts of many, on their way through the workers. */
final class TextWindow<T, A> {
  private static final int ENCODED_AT_ONCE = 32;

  /** Texts of one length that an interpreter answers before another one may have it. */
  private static final int GROUP = 16;

  private static final int GROUP_TOKENS = 512;

  /** With fewer texts nothing is measured: what it finds out would not be earned again. */
  private static final int MEASURED = 64;

  /** The first round is not counted: interpreters that were never used are slower. */
  private static final int ROUNDS = 3;

  private static final int MEASURED_TOKENS = 4096;

  /** Single-threaded interpreters hold the weights once more each: they must be worth that. */
  private static final double WORTH = 0.95;

  private final RawModel model;
  private final Executor workers;
  private final long first;
  private final List<T> texts;
  private final Encode<T> encode;
  private final ManyTexts.Reading<T, A> reading;
  private final boolean measures;

  private final AtomicReferenceArray<@Nullable Encoded> encoded;
  private final AtomicReferenceArray<@Nullable Outcome<T, A>> outcomes;
  private final AtomicInteger toEncode;
  private final CountDownLatch allEncoded = new CountDownLatch(1);
  private final CountDownLatch answered;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * What somebody waits for: added before {@link #failure} is looked at, which is set before it.
   */
  private final Set<CountDownLatch> awaited = ConcurrentHashMap.newKeySet();

  /**
   * @param first index of the first text in the stream
   */
  TextWindow(
      RawModel model,
      Executor workers,
      long first,
      List<T> texts,
      Encode<T> encode,
      ManyTexts.Reading<T, A> reading) {
    this.model = model;
    this.workers = workers;
    this.first = first;
    this.texts = texts;
    this.encode = encode;
    this.reading = reading;
    Lanes lanes = model.lanes();
    this.measures = lanes.differ() && lanes.chosen().isEmpty() && texts.size() >= MEASURED;
    this.encoded = new AtomicReferenceArray<>(texts.size());
    this.outcomes = new AtomicReferenceArray<>(texts.size());
    this.toEncode = new AtomicInteger((texts.size() + ENCODED_AT_ONCE - 1) / ENCODED_AT_ONCE);
    this.answered = new CountDownLatch(texts.size());
  }

  /** Gives the texts to the workers. */
  void begin() {
    for (int from = 0; from < texts.size(); from += ENCODED_AT_ONCE) {
      int begin = from;
      int end = Math.min(texts.size(), from + ENCODED_AT_ONCE);
      workers.execute(() -> guarded(() -> encode(begin, end)));
    }
  }

  private void encode(int begin, int end) {
    for (int i = begin; i < end && failure.get() == null; i++) {
      try {
        encoded.set(i, encode.of(texts.get(i), "the text"));
      } catch (InvalidInputException e) {
        end(i, Outcome.faulty(first + i, texts.get(i), e));
      }
    }
    if (toEncode.decrementAndGet() == 0) {
      if (!measures) {
        send(model.lanes().chosen().orElseGet(model.lanes()::usual), longestFirst());
      }
      allEncoded.countDown();
    }
  }

  private void end(int i, Outcome<T, A> outcome) {
    outcomes.set(i, outcome);
    answered.countDown();
  }

  private List<Integer> longestFirst() {
    return IntStream.range(0, texts.size())
        .filter(i -> encoded.get(i) != null)
        .boxed()
        .sorted(Comparator.comparingInt(this::tokens).reversed())
        .toList();
  }

  private int tokens(int i) {
    return encoding(i).encoding().length();
  }

  private Encoded encoding(int i) {
    return Objects.requireNonNull(encoded.get(i));
  }

  /** Texts of one length together, but so many groups that all workers have some. */
  private List<List<Integer>> groups(List<Integer> order, TogetherChoice choice) {
    int share = order.stream().mapToInt(this::tokens).sum() / model.lanes().threads();
    int atOnce = model.textsAtOnce();
    int size = Math.max(atOnce, GROUP / atOnce * atOnce);
    List<List<Integer>> groups = new ArrayList<>();
    List<Integer> group = new ArrayList<>();
    for (int i : order) {
      boolean fits =
          !group.isEmpty()
              && group.size() < size
              && tokens(group.get(0)) == tokens(i)
              && (group.size() + 1) * tokens(i) <= most(tokens(i), share, choice);
      if (!fits) {
        group = new ArrayList<>();
        groups.add(group);
      }
      group.add(i);
    }
    return groups;
  }

  /** Tokens of a group: half of a worker's share, or all of it where that is answered at once. */
  private int most(int tokens, int share, TogetherChoice choice) {
    int usual = Math.min(GROUP_TOKENS, share / 2);
    int together = model.textsAtOnce() * tokens;
    return model.answersTogether(tokens) && together <= share && choice.pays(tokens)
        ? Math.max(usual, together)
        : usual;
  }

  private List<CountDownLatch> send(Lane to, List<Integer> order) {
    List<CountDownLatch> latches = new ArrayList<>();
    for (List<Integer> group : groups(order, to.together())) {
      CountDownLatch latch = new CountDownLatch(1);
      latches.add(latch);
      workers.execute(
          () -> {
            guarded(() -> model.borrow(to, borrowed -> answer(borrowed, group, to.together())));
            latch.countDown();
          });
    }
    return latches;
  }

  private void answer(RawModel.Borrowed borrowed, List<Integer> group, TogetherChoice choice) {
    int atOnce = model.textsAtOnce();
    int tokens = tokens(group.get(0));
    boolean several = model.answersTogether(tokens);
    int next = 0;
    while (several && next + atOnce <= group.size() && failure.get() == null) {
      List<Integer> some = group.subList(next, next + atOnce);
      // While ways are compared with each other, texts go one way through both.
      boolean compared = measures && model.lanes().chosen().isEmpty();
      boolean together = compared ? choice.pays(tokens) : choice.next(tokens);
      OptionalLong taken = together ? answerTogether(borrowed, some) : answerEach(borrowed, some);
      if (!compared) {
        taken.ifPresent(all -> choice.took(together, tokens, (double) all / atOnce));
      }
      next += atOnce;
    }
    OptionalLong ignored = answerEach(borrowed, group.subList(next, group.size()));
  }

  /**
   * Answers as many texts of one length as the model takes at once.
   *
   * @return nanoseconds; absent where one of them is at fault
   */
  private OptionalLong answerTogether(RawModel.Borrowed borrowed, List<Integer> some) {
    List<RawModel.Timed<RawOutput>> answers;
    try {
      answers = borrowed.timedAnswers(some.stream().map(i -> encoding(i).encoding()).toList());
    } catch (InvalidInputException e) {
      OptionalLong ignored = answerEach(borrowed, some); // The others are not to pay for it.
      return OptionalLong.empty();
    }
    long taken = 0;
    for (int i = 0; i < answers.size(); i++) {
      int at = some.get(i);
      A read = reading.of(texts.get(at), encoding(at), answers.get(i));
      end(at, Outcome.answered(first + at, texts.get(at), read));
      taken += answers.get(i).nanoseconds();
    }
    return OptionalLong.of(taken);
  }

  /** As {@link #answerTogether}, one after the other. */
  private OptionalLong answerEach(RawModel.Borrowed borrowed, List<Integer> some) {
    long taken = 0;
    boolean all = true;
    for (int i : some) {
      if (failure.get() != null) {
        return OptionalLong.empty();
      }
      Encoded one = encoding(i);
      RawModel.Timed<RawOutput> answer;
      try {
        answer = borrowed.timedAnswer(one.encoding().ids(), one.encoding().typeIds());
      } catch (InvalidInputException e) {
        end(i, Outcome.faulty(first + i, texts.get(i), e));
        all = false;
        continue;
      }
      taken += answer.nanoseconds();
      // An answer that cannot be read is the file's fault, and all texts': it is thrown.
      A read = reading.of(texts.get(i), one, answer);
      end(i, Outcome.answered(first + i, texts.get(i), read));
    }
    return all ? OptionalLong.of(taken) : OptionalLong.empty();
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Whether this window finds out which way is the faster one. */
  boolean measures() {
    return measures;
  }

  /**
   * Sends some texts through the one way and as many of the same lengths through the other, in
   * turns, and the rest through the faster one.
   */
  void measure() {
    await(allEncoded);
    requireWhole();
    Lanes lanes = model.lanes();
    List<Integer> order = longestFirst();
    List<Integer> rest = order;
    if (order.size() >= MEASURED) {
      int pairs = pairs(order);
      List<List<Integer>> left = new ArrayList<>();
      List<List<Integer>> right = new ArrayList<>();
      rest = dealt(order, pairs, left, right);
      long usual = 0;
      long singles = 0;
      for (int round = 0; round < ROUNDS; round++) {
        long some = nanoseconds(lanes.usual(), left.get(round));
        long others = nanoseconds(lanes.singles(), right.get(round));
        if (round > 0) {
          usual += some;
          singles += others;
        }
      }
      lanes.choose(singles < WORTH * usual ? lanes.singles() : lanes.usual());
    }
    send(lanes.chosen().orElseGet(lanes::usual), rest);
  }

  /** How many pairs of texts a round takes. */
  private int pairs(List<Integer> order) {
    int tokens = order.stream().mapToInt(this::tokens).sum();
    int most = order.size() / 2 / ROUNDS;
    int wanted = (int) ((long) MEASURED_TOKENS * order.size() / ROUNDS / 2 / tokens);
    return Math.max(1, Math.min(most, Math.max(wanted, 2 * model.lanes().threads())));
  }

  /** Deals pairs of neighbours, spread over all lengths, to the rounds; returns the others. */
  private static List<Integer> dealt(
      List<Integer> order, int pairs, List<List<Integer>> left, List<List<Integer>> right) {
    for (int round = 0; round < ROUNDS; round++) {
      left.add(new ArrayList<>());
      right.add(new ArrayList<>());
    }
    List<Integer> rest = new ArrayList<>();
    int all = order.size() / 2;
    int taken = 0;
    for (int pair = 0; pair < all; pair++) {
      if ((long) pair * pairs * ROUNDS >= (long) taken * all && taken < pairs * ROUNDS) {
        left.get(taken % ROUNDS).add(order.get(2 * pair));
        right.get(taken % ROUNDS).add(order.get(2 * pair + 1));
        taken++;
      } else {
        rest.addAll(order.subList(2 * pair, 2 * pair + 2));
      }
    }
    rest.addAll(order.subList(2 * all, order.size()));
    return rest;
  }

  private long nanoseconds(Lane way, List<Integer> some) {
    long begin = System.nanoTime();
    send(way, some).forEach(this::await);
    requireWhole();
    return System.nanoTime() - begin;
  }

  /**
   * Waits for what became of all texts.
   *
   * @throws IllegalStateException if the model or the stream is closed
   */
  List<Outcome<T, A>> outcomes() {
    await(answered);
    requireWhole();
    return IntStream.range(0, texts.size())
        .mapToObj(i -> Objects.requireNonNull(outcomes.get(i)))
        .toList();
  }

  /** Whoever waits for this window is told that the stream is closed. */
  void stop() {
    fail(closedStream(model));
  }

  static IllegalStateException closedStream(RawModel model) {
    return new IllegalStateException("the stream of answers is closed: " + model.where());
  }

  /** Nobody waits any longer for what will not come. */
  private void fail(Throwable e) {
    failure.compareAndSet(null, e);
    for (CountDownLatch latch : awaited) {
      for (long left = latch.getCount(); left > 0; left--) {
        latch.countDown();
      }
    }
  }

  private void requireWhole() {
    Throwable e = failure.get();
    if (e instanceof Error error) {
      throw error;
    }
    if (e != null) {
      throw (RuntimeException) e;
    }
  }

  /** As calls of one text do, which wait for an interpreter: an interrupt stays for later. */
  private void await(CountDownLatch latch) {
    awaited.add(latch);
    boolean interrupted = false;
    try {
      while (latch.getCount() > 0 && failure.get() == null) {
        try {
          latch.await();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      awaited.remove(latch);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
