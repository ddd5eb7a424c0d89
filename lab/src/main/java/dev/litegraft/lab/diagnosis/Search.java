package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.Subject.Distance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleUnaryOperator;

/**
 * Looks for the hypotheses, one or two, under which the checkpoint's model answers like the file.
 *
 * <p>Everything is tried alone; then every setting with a continuous value is fitted; then pairs,
 * on top of those that explain most.
 */
final class Search {
  /** Hypotheses on top of which all others are tried. */
  private static final int BEAM = 8;

  /** Second faults that are fitted together with a first. */
  private static final int SECONDS = 2;

  /** Points of the first look at a continuous value. */
  private static final int GRID = 9;

  /** Steps from the checkpoint's own value, on a look at the values around it. */
  private static final List<Double> STEPS = List.of(1 / 1.3, 1 / 1.04, 1.04, 1.3);

  /** Dials that are fitted after the first look at all of them. */
  private static final int FITTED = 3;

  /** Narrowings of a fit: the bracket shrinks by 0.618 each time. */
  private static final int NARROWINGS = 26;

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** Told after every model that was tried. */
  interface Listener {
    void tried(int count, int ofAbout);
  }

  private final Subject subject;
  private final Variant own;
  private final double floor;
  private final long deadline;
  private final Listener listener;
  private List<Candidate> singles = List.of();
  private int tried;
  private int expected = 1;

  /**
   * @param floor the largest difference that counts as none
   * @param deadline when no further pairs are begun, as {@link System#nanoTime}
   */
  Search(Subject subject, Variant own, double floor, long deadline, Listener listener) {
    this.subject = subject;
    this.own = own;
    this.floor = floor;
    this.deadline = deadline;
    this.listener = listener;
  }

  /** A hypothesis, how far the model under it is from the file, and the dial that it came from. */
  record Candidate(Hypothesis hypothesis, Distance distance, Optional<Dial> dial) {}

  /** How many models were tried. */
  int tried() {
    return tried;
  }

  /** The one hypothesis that explains the file; empty if none does alone. */
  List<Candidate> single() {
    singles = explored(own);
    return singles.isEmpty() || !explains(singles.get(0)) ? List.of() : List.of(singles.get(0));
  }

  /**
   * The two hypotheses that explain the file together, after {@link #single}; empty if none do.
   *
   * @param further hypotheses that the search does not know, to be tried as the first of a pair
   */
  List<Candidate> pair(List<Candidate> further) {
    List<Candidate> firsts = new ArrayList<>(further);
    firsts.addAll(distinct(singles));
    for (Candidate first : firsts) {
      if (System.nanoTime() > deadline) {
        break;
      }
      List<Candidate> seconds = explored(first.hypothesis().change().apply(own));
      for (Candidate second : seconds.subList(0, Math.min(SECONDS, seconds.size()))) {
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
    return candidate.distance().max() <= floor;
  }

  /** Everything tried on top of a model, the best first; stops at the first that explains all. */
  private List<Candidate> explored(Variant base) {
    Hypotheses all = Hypotheses.of(base);
    double before = subject.distance(base).score();
    List<Candidate> found = new ArrayList<>();
    labelOrder(base).ifPresent(h -> found.add(tried(base, h, Optional.empty())));
    expected = tried + all.fixed().size() + 5 * all.dials().size();
    for (Dial dial : all.dials()) {
      for (double value : dial.wellKnown()) {
        found.add(tried(base, dial.at().apply(value), Optional.of(dial)));
        if (explains(found.get(found.size() - 1))) {
          return found.subList(found.size() - 1, found.size());
        }
      }
    }
    for (Hypothesis hypothesis : all.fixed()) {
      found.add(tried(base, hypothesis, Optional.empty()));
      if (explains(found.get(found.size() - 1))) {
        return found.subList(found.size() - 1, found.size());
      }
    }
    sort(found);
    if (found.isEmpty() || !explains(found.get(0))) {
      fit(base, all.dials(), before, found);
      sort(found);
    }
    found.removeIf(c -> !(c.distance().score() < before));
    return found;
  }

  /** Fits the dials that look best at first sight, and stops at the first that explains all. */
  private void fit(Variant base, List<Dial> dials, double before, List<Candidate> found) {
    expected = tried + dials.size() * (GRID + STEPS.size()) + FITTED * NARROWINGS;
    List<Bracket> brackets = new ArrayList<>();
    for (Dial dial : dials) {
      bracket(base, dial).filter(b -> b.score() < before).ifPresent(brackets::add);
    }
    brackets.sort(Comparator.comparingDouble(Bracket::score));
    for (Bracket bracket : brackets.subList(0, Math.min(FITTED, brackets.size()))) {
      Candidate candidate = fitted(base, bracket);
      found.add(candidate);
      if (explains(candidate)) {
        return;
      }
    }
  }

  private static void sort(List<Candidate> candidates) {
    candidates.sort(Comparator.comparingDouble(c -> c.distance().score()));
  }

  private Candidate tried(Variant base, Hypothesis hypothesis, Optional<Dial> dial) {
    Distance distance = subject.distance(hypothesis.change().apply(base));
    tried++;
    listener.tried(tried, Math.max(expected, tried));
    return new Candidate(hypothesis, distance, dial);
  }

  /** Where the best value of a dial lies, as logarithms, and the score of the best point so far. */
  private record Bracket(Dial dial, double low, double high, double score) {}

  /** A coarse look on a logarithmic scale. */
  private Optional<Bracket> bracket(Variant base, Dial dial) {
    List<Double> points = new ArrayList<>(dial.wellKnown());
    double from = Math.log(dial.from());
    double to = Math.log(dial.to());
    for (int i = 0; i < GRID; i++) {
      points.add(Math.exp(from + (to - from) * i / (GRID - 1)));
    }
    STEPS.forEach(step -> points.add(dial.own() * step));
    points.removeIf(point -> point < dial.from() || point > dial.to());
    points.sort(Comparator.naturalOrder());
    double[] scores = points.stream().mapToDouble(v -> score(base, dial, v)).toArray();
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] < scores[best] ? i : best;
    }
    double low = Math.log(points.get(Math.max(0, best - 1)));
    double high = Math.log(points.get(Math.min(points.size() - 1, best + 1)));
    boolean finite = scores[best] < Double.POSITIVE_INFINITY && low < high;
    return finite ? Optional.of(new Bracket(dial, low, high, scores[best])) : Optional.empty();
  }

  /** The best value in a bracket, by golden-section search. */
  private Candidate fitted(Variant base, Bracket bracket) {
    Dial dial = bracket.dial();
    double best = minimum(x -> score(base, dial, Math.exp(x)), bracket.low(), bracket.high());
    return tried(base, dial.at().apply(Math.exp(best)), Optional.of(dial));
  }

  private Optional<Candidate> fitted(Variant base, Dial dial) {
    return bracket(base, dial).map(bracket -> fitted(base, bracket));
  }

  private double score(Variant base, Dial dial, double value) {
    return tried(base, dial.at().apply(value), Optional.of(dial)).distance().score();
  }

  private static double minimum(DoubleUnaryOperator function, double from, double to) {
    double low = from;
    double high = to;
    double left = high - GOLDEN * (high - low);
    double right = low + GOLDEN * (high - low);
    double atLeft = function.applyAsDouble(left);
    double atRight = function.applyAsDouble(right);
    for (int i = 0; i < NARROWINGS; i++) {
      if (atLeft < atRight) {
        high = right;
        right = left;
        atRight = atLeft;
        left = high - GOLDEN * (high - low);
        atLeft = function.applyAsDouble(left);
      } else {
        low = left;
        left = right;
        atLeft = atRight;
        right = low + GOLDEN * (high - low);
        atRight = function.applyAsDouble(right);
      }
    }
    return atLeft < atRight ? left : right;
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
        a = fitted(b.hypothesis().change().apply(own), a.dial().get()).orElse(a);
      }
      Variant base = a.hypothesis().change().apply(own);
      b =
          b.dial().isPresent()
              ? fitted(base, b.dial().get()).orElse(b)
              : tried(base, b.hypothesis(), Optional.empty());
      if (!(b.distance().score() < before - 0.01)) {
        break;
      }
    }
    return List.of(a, b);
  }

  /** Another head can also be the checkpoint's own with its rows in another order. */
  private List<Candidate> withoutOtherHead(List<Candidate> pair) {
    Candidate rest = pair.get(1);
    if (!pair.get(0).hypothesis().setting().equals(OtherHead.SETTING)) {
      return pair;
    }
    Variant base = rest.hypothesis().change().apply(own);
    return labelOrder(base)
        .map(h -> tried(base, h, Optional.empty()))
        .filter(this::explains)
        .map(order -> List.of(rest, order))
        .orElse(pair);
  }

  /**
   * The one that explains more alone comes first; distances as each is added. One that explains
   * everything alone, now that its value was fitted better, needs no other.
   */
  private List<Candidate> ordered(List<Candidate> pair) {
    Candidate a = tried(own, pair.get(0).hypothesis(), Optional.empty());
    Candidate b = tried(own, pair.get(1).hypothesis(), Optional.empty());
    if (explains(a) || explains(b)) {
      return List.of(explains(a) ? a : b);
    }
    Distance both = pair.get(1).distance();
    boolean swap = b.distance().score() < a.distance().score();
    Candidate lead = swap ? b : a;
    Hypothesis other = swap ? a.hypothesis() : b.hypothesis();
    return List.of(lead, new Candidate(other, both, Optional.empty()));
  }

  /**
   * The order of the labels under which the model's answers fit the file's best, if it is another
   * than the checkpoint's.
   */
  private Optional<Hypothesis> labelOrder(Variant base) {
    List<float[][]> answers;
    try {
      answers = subject.answers(base);
    } catch (dev.litegraft.error.LitegraftException | IllegalArgumentException e) {
      return Optional.empty();
    }
    return LabelOrder.of(subject.answers(), answers);
  }
}
