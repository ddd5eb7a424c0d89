package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.Subject.Screen;
import dev.litegraft.lab.reference.PlainLayers;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Looks for the hypotheses, one or two, under which the checkpoint's model answers like the file.
 *
 * <p>Everything is tried alone; then every setting with a continuous value is fitted; then pairs,
 * on top of those that explain most. Hypotheses are tried on a few short rows, and those that
 * explain these on all rows.
 */
final class Search implements AutoCloseable {
  /** Hypotheses on top of which all others are tried. */
  private static final int BEAM = 8;

  /** Second faults that are fitted together with a first. */
  private static final int SECONDS = 2;

  /** Dials that are fitted after the first look at all of them. */
  private static final int FITTED = 4;

  /** Of two explanations as good as each other, up to this factor, the one tried first is named. */
  private static final double AS_GOOD = 3;

  /** How far a fitted value may be rounded, as a part of it, if it explains as much. */
  private static final double ROUNDED = 0.004;

  /** Told after some models were tried. */
  interface Listener {
    void tried(int count, int ofAbout);
  }

  /**
   * How much may be searched.
   *
   * @param floor the largest difference that counts as none
   * @param clear the largest difference that leaves no doubt: nothing else is tried; 0 for none
   * @param screenTokens tokens that are computed for every hypothesis, about
   * @param pairTokens tokens that may have been computed when another pair is begun
   */
  record Limits(double floor, double clear, int screenTokens, long pairTokens) {}

  private final Subject subject;
  private final Variant own;
  private final Limits limits;
  private final Listener listener;
  private final PlainLayers many;
  private final PlainLayers one;
  private final int threads;
  private final ExecutorService pool;
  private final AtomicInteger tried = new AtomicInteger();
  private final AtomicLong tokens = new AtomicLong();
  private List<Candidate> singles = List.of();
  private int expected = 1;

  Search(
      Subject subject,
      Variant own,
      Limits limits,
      PlainLayers layers,
      int threads,
      Listener listener) {
    this.subject = subject;
    this.own = own;
    this.limits = limits;
    this.threads = threads;
    this.listener = listener;
    this.many = layers;
    this.one = layers.with(1);
    this.pool =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "litegraft-diagnosis");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * A hypothesis, and how far the model under it is from the file.
   *
   * @param distance on the rows of the screen; on all rows where these are explained
   * @param dial the dial that it came from
   */
  record Candidate(Hypothesis hypothesis, Distance distance, Optional<Dial> dial) {}

  /**
   * What was tried on top of a model.
   *
   * @param nearer those that are nearer to the file than the model, the nearest first
   * @param best the one that explains everything, if one does
   */
  private record Explored(List<Candidate> nearer, Optional<Candidate> best) {
    static final Explored NOTHING = new Explored(List.of(), Optional.empty());
  }

  /** How many models were tried. */
  int tried() {
    return tried.get();
  }

  /** The one hypothesis that explains the file; empty if none does alone. */
  List<Candidate> single() {
    Explored all = explored(own);
    singles = all.nearer();
    return all.best().map(List::of).orElse(List.of());
  }

  /** A hypothesis that the search does not know, alone. */
  Candidate alone(Hypothesis hypothesis) {
    return trialOn(own).of(hypothesis, Optional.empty());
  }

  /**
   * The two hypotheses that explain the file together, after {@link #single}; empty if none do.
   *
   * @param further what the search does not know, to be tried as the first of a pair
   */
  List<Candidate> pair(List<Candidate> further) {
    List<Candidate> firsts = new ArrayList<>(distinct(singles));
    firsts.addAll(further);
    sort(firsts);
    for (Candidate first : firsts) {
      if (tokens.get() > limits.pairTokens) {
        break;
      }
      Variant base = first.hypothesis().change().apply(own);
      Explored seconds = explored(base);
      List<Candidate> few = new ArrayList<>();
      seconds.best().ifPresent(few::add);
      few.addAll(seconds.nearer().subList(0, Math.min(SECONDS, seconds.nearer().size())));
      for (Candidate second : few) {
        List<Candidate> pair = polished(first, second);
        if (explains(pair.get(1))) {
          return ordered(withoutOtherHead(pair));
        }
      }
    }
    return List.of();
  }

  /** Whether nothing but noise remains. */
  boolean explains(Candidate candidate) {
    return candidate.distance().max() <= limits.floor;
  }

  private boolean isClear(Candidate candidate) {
    return candidate.distance().max() <= limits.clear;
  }

  /** Of those that explain everything the best; of several as good as it the one tried first. */
  private Optional<Candidate> best(List<Candidate> found) {
    List<Candidate> explaining = found.stream().filter(this::explains).toList();
    if (limits.clear == 0) { // Where rounding is coarse, a little better is better.
      return explaining.stream().min(Comparator.comparingDouble(c -> c.distance().score()));
    }
    double least =
        explaining.stream().mapToDouble(c -> c.distance().max()).min().orElse(limits.floor);
    return explaining.stream()
        .filter(c -> c.distance().max() <= Math.max(limits.clear, AS_GOOD * least))
        .findFirst();
  }

  /**
   * Everything tried on top of a model, the best first; stops at the first that explains all
   * without a doubt.
   */
  private Explored explored(Variant base) {
    Optional<List<float[][]>> answers = subject.answers(base, subject.all(), many);
    if (answers.isEmpty()) {
      return Explored.NOTHING;
    }
    Screen screen = subject.screen(answers.get(), limits.floor, limits.screenTokens);
    Trial trial = new Trial(base, screen);
    double before = trial.distance(subject.answers(base, screen, many)).score();
    Hypotheses all = Hypotheses.of(base);
    List<Candidate> found = new ArrayList<>();
    Optional<Hypothesis> order =
        LabelOrder.of(subject.answers(subject.all()), answers.get(), own.task());
    order.ifPresent(h -> found.add(trial.of(h, Optional.empty())));
    expected = tried.get() + all.fixed().size() + 5 * all.dials().size();
    if (found.stream().noneMatch(this::isClear)) {
      found.addAll(trial.ofWellKnown(all.dials()));
    }
    if (found.stream().noneMatch(this::isClear)) {
      found.addAll(trial.of(all.fixed(), i -> Optional.empty()));
    }
    if (found.stream().noneMatch(this::explains)) {
      found.addAll(fits(trial, all.dials(), before));
    }
    Optional<Candidate> best = best(found);
    found.removeIf(c -> !(c.distance().score() < before));
    sort(found);
    return new Explored(found, best);
  }

  private static void sort(List<Candidate> candidates) {
    candidates.sort(Comparator.comparingDouble(c -> c.distance().score()));
  }

  /** A value of a dial. */
  private record Setting(Dial dial, double value) {}

  /** Trials of hypotheses on top of one model, on some rows. */
  private final class Trial {
    private final Variant base;
    private final Screen screen;
    private final int cost;
    private final Map<Setting, Double> scores = new ConcurrentHashMap<>();

    Trial(Variant base, Screen screen) {
      this.base = base;
      this.screen = screen;
      this.cost = subject.tokens(screen);
    }

    Distance distance(Optional<List<float[][]>> answers) {
      return subject.distance(answers, screen);
    }

    Optional<List<float[][]>> answers(Hypothesis hypothesis, PlainLayers layers) {
      tried.incrementAndGet();
      tokens.addAndGet(cost);
      return subject.answers(hypothesis.change().apply(base), screen, layers);
    }

    /** Of a dial's value, tried once. */
    double score(Dial dial, double value) {
      return scores.computeIfAbsent(
          new Setting(dial, value),
          setting -> distance(answers(dial.at().apply(value), one)).score());
    }

    /** On the rows of the screen; on all where these are explained. */
    Candidate of(Hypothesis hypothesis, Optional<Dial> dial) {
      return of(hypothesis, dial, many);
    }

    private Candidate of(Hypothesis hypothesis, Optional<Dial> dial, PlainLayers layers) {
      Distance distance = distance(answers(hypothesis, layers));
      if (distance.max() <= limits.floor) {
        Distance all = onAll(hypothesis, layers);
        // What explains the screen is nearer than what does not, even if it does not explain all.
        distance = new Distance(all.max(), distance.score());
      }
      return new Candidate(hypothesis, distance, dial);
    }

    private Distance onAll(Hypothesis hypothesis, PlainLayers layers) {
      tokens.addAndGet(subject.tokens(subject.all()));
      return subject.distance(
          subject.answers(hypothesis.change().apply(base), subject.all(), layers), subject.all());
    }

    /** The values of dials that tools really use. */
    List<Candidate> ofWellKnown(List<Dial> dials) {
      List<Setting> settings = new ArrayList<>();
      for (Dial dial : dials) {
        for (double value : dial.wellKnown()) {
          if (value != dial.own() && value >= dial.from() && value <= dial.to()) {
            settings.add(new Setting(dial, value));
          }
        }
      }
      List<Candidate> found =
          of(
              settings.stream().map(s -> s.dial().at().apply(s.value())).toList(),
              i -> Optional.of(settings.get(i).dial()));
      for (int i = 0; i < found.size(); i++) {
        scores.put(settings.get(i), found.get(i).distance().score());
      }
      return found;
    }

    /** Side by side; those behind one that leaves no doubt are left out. */
    List<Candidate> of(List<Hypothesis> hypotheses, Function<Integer, Optional<Dial>> dial) {
      List<Candidate> found = new ArrayList<>();
      for (int from = 0; from < hypotheses.size(); from += threads) {
        List<Integer> some = new ArrayList<>();
        for (int i = from; i < Math.min(hypotheses.size(), from + threads); i++) {
          some.add(i);
        }
        found.addAll(inParallel(some, i -> of(hypotheses.get(i), dial.apply(i), one)));
        tell();
        if (found.stream().anyMatch(Search.this::isClear)) {
          break;
        }
      }
      return found;
    }
  }

  private void tell() {
    listener.tried(tried.get(), Math.max(expected, tried.get()));
  }

  private <A, B> List<B> inParallel(List<A> items, Function<A, B> function) {
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
    return results;
  }

  /** Where the best value of a dial lies, and the score of the best point so far. */
  private record Bracket(Dial dial, double low, double high, double score) {}

  /** Fits the dials that look best at first sight. */
  private List<Candidate> fits(Trial trial, List<Dial> dials, double before) {
    expected = tried.get() + dials.size() * 14 + FITTED * 20;
    List<Bracket> brackets = new ArrayList<>();
    for (Dial dial : dials) {
      bracket(trial, dial).filter(b -> b.score() < before).ifPresent(brackets::add);
      tell();
    }
    brackets.sort(Comparator.comparingDouble(Bracket::score));
    List<Bracket> few = brackets.subList(0, Math.min(FITTED, brackets.size()));
    List<Candidate> found = new ArrayList<>();
    for (int from = 0; from < few.size(); from += threads) {
      List<Bracket> some = few.subList(from, Math.min(few.size(), from + threads));
      found.addAll(inParallel(some, bracket -> fitted(trial, bracket)));
      tell();
      if (found.stream().anyMatch(this::isClear)) {
        break;
      }
    }
    return found;
  }

  /** A coarse look on a logarithmic scale. */
  private Optional<Bracket> bracket(Trial trial, Dial dial) {
    List<Double> points = dial.coarse();
    List<Double> scores = inParallel(points, value -> trial.score(dial, value));
    int best = 0;
    for (int i = 1; i < scores.size(); i++) {
      best = scores.get(i) < scores.get(best) ? i : best;
    }
    double low = points.get(Math.max(0, best - 1));
    double high = points.get(Math.min(points.size() - 1, best + 1));
    boolean finite = scores.get(best) < Double.POSITIVE_INFINITY && low < high;
    return finite ? Optional.of(new Bracket(dial, low, high, scores.get(best))) : Optional.empty();
  }

  private Candidate fitted(Trial trial, Bracket bracket) {
    Dial dial = bracket.dial();
    Map<Double, Optional<List<float[][]>>> known = new HashMap<>();
    Function<Double, Optional<List<float[][]>>> answers =
        v ->
            known.computeIfAbsent(
                dial.allowed(v), allowed -> trial.answers(dial.at().apply(allowed), one));
    double value =
        new Fit(
                subject.answers(trial.screen),
                subject.scale(),
                answers::apply,
                bracket.low(),
                bracket.high(),
                dial.whole())
            .value();
    Candidate exact = trial.of(dial.at().apply(value), Optional.of(dial), one);
    for (int digits = 1; digits <= 3; digits++) {
      double round = new BigDecimal(value).round(new MathContext(digits)).doubleValue();
      if (Math.abs(round - value) <= ROUNDED * value) {
        Candidate rounded = trial.of(dial.at().apply(round), Optional.of(dial), one);
        if (rounded.distance().max() <= Math.max(limits.clear, exact.distance().max())) {
          return rounded;
        }
      }
    }
    return exact;
  }

  private Optional<Candidate> fitted(Trial trial, Dial dial) {
    return bracket(trial, dial).map(bracket -> fitted(trial, bracket));
  }

  /** The first few settings, each with its best value. */
  private static List<Candidate> distinct(List<Candidate> candidates) {
    List<Candidate> few = new ArrayList<>();
    for (Candidate candidate : candidates) {
      boolean known =
          few.stream()
              .anyMatch(c -> c.hypothesis().setting().equals(candidate.hypothesis().setting()));
      if (!known && few.size() < BEAM) {
        few.add(candidate);
      }
    }
    return few;
  }

  /**
   * A fitted value was fitted before the other fault was known: fits each again on top of the
   * other.
   */
  private List<Candidate> polished(Candidate first, Candidate second) {
    Candidate a = first;
    Candidate b = second;
    for (int round = 0; round < 3 && !explains(b); round++) {
      double before = b.distance().score();
      if (a.dial().isPresent()) {
        a = fitted(trialOn(b), a.dial().get()).orElse(a);
      }
      Trial onFirst = trialOn(a);
      b =
          b.dial().isPresent()
              ? fitted(onFirst, b.dial().get()).orElse(b)
              : onFirst.of(b.hypothesis(), Optional.empty());
      if (!(b.distance().score() < before - 0.01)) {
        break;
      }
    }
    return List.of(a, b);
  }

  private Trial trialOn(Candidate candidate) {
    return trialOn(candidate.hypothesis().change().apply(own));
  }

  private Trial trialOn(Variant base) {
    Screen all = subject.all();
    Screen screen =
        subject
            .answers(base, all, many)
            .map(answers -> subject.screen(answers, limits.floor, limits.screenTokens))
            .orElse(all);
    return new Trial(base, screen);
  }

  /** Another head can also be the checkpoint's own with its rows in another order. */
  private List<Candidate> withoutOtherHead(List<Candidate> pair) {
    Candidate rest = pair.get(1);
    if (!pair.get(0).hypothesis().setting().equals(OtherHead.SETTING)) {
      return pair;
    }
    Variant base = rest.hypothesis().change().apply(own);
    return subject
        .answers(base, subject.all(), many)
        .flatMap(answers -> LabelOrder.of(subject.answers(subject.all()), answers, own.task()))
        .map(order -> new Trial(base, subject.all()).of(order, Optional.empty()))
        .filter(this::explains)
        .map(order -> List.of(rest, order))
        .orElse(pair);
  }

  /**
   * The one that explains more alone comes first; distances as each is added. One that explains
   * everything alone, now that its value was fitted better, needs no other.
   */
  private List<Candidate> ordered(List<Candidate> pair) {
    Trial alone = new Trial(own, subject.all());
    Candidate a = alone.of(pair.get(0).hypothesis(), Optional.empty());
    Candidate b = alone.of(pair.get(1).hypothesis(), Optional.empty());
    if (explains(a) || explains(b)) {
      return List.of(explains(a) ? a : b);
    }
    Distance both = pair.get(1).distance();
    boolean swap = b.distance().score() < a.distance().score();
    Candidate lead = swap ? b : a;
    Hypothesis other = swap ? a.hypothesis() : b.hypothesis();
    return List.of(lead, new Candidate(other, both, Optional.empty()));
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
