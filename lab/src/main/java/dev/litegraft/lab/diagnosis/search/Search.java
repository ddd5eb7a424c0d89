package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.Dial;
import dev.litegraft.lab.diagnosis.faults.Hypotheses;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Looks for the hypotheses, one or two, under which the checkpoint's model answers like the file.
 *
 * <p>Everything is tried alone; then every setting with a continuous value is fitted; then pairs,
 * on top of those that explain most.
 */
public final class Search {
  /** Hypotheses on top of which all others are tried. */
  private static final int BEAM = 16;

  /**
   * Values of one setting among these: a well-known one can be right where a fitted one is nearer.
   */
  private static final int EACH = 2;

  /** Second faults that are fitted together with a first. */
  private static final int SECONDS = 2;

  /** Values that are fitted in a trial that tells more. */
  private static final int FITTED_AGAIN = 1;

  /** Settings of which two values are fitted at once. */
  private static final int FITTED_TOGETHER = 5;

  /** Pairs that explain a rounded file, among which the one that explains most is looked for. */
  private static final int PAIRS = 6;

  /** How much lower the score of several faults must be, where rounding hides each of them. */
  private static final double CLOSER = 0.3;

  /** Rounds in which the values of a pair are fitted in turns. */
  private static final int ROUNDS = 3;

  /** Of two explanations as good as each other, up to this factor, the one tried first is named. */
  private static final double AS_GOOD = 3;

  /** The same of scores, which are logarithms, where rounding is coarse. */
  private static final double AS_NEAR = 0.2;

  private final TrialPool trials;
  private final VariantModel own;
  private List<Candidate> singles = List.of();
  private List<Candidate> explaining = List.of();

  public Search(TrialPool trials, VariantModel own) {
    this.trials = trials;
    this.own = own;
  }

  /**
   * What was tried on top of a model.
   *
   * @param nearest those under which the checkpoint can be read, the nearest to the file first; one
   *     of two faults need not bring it nearer alone
   * @param explaining those that explain everything, in the order in which they were tried
   */
  private record Explored(List<Candidate> nearest, List<Candidate> explaining) {}

  /** The one hypothesis that explains the file; empty if none does alone. */
  public List<Candidate> single() {
    Explored all = explored(own);
    singles = all.nearest();
    explaining = all.explaining();
    return best(all.explaining()).map(List::of).orElse(List.of());
  }

  /** All that explain the file about as well as the best, after {@link #single}. */
  List<Candidate> asGood() {
    if (trials.limits().clear() == 0) {
      double best = explaining.stream().mapToDouble(c -> c.distance().score()).min().orElse(0);
      return explaining.stream()
          .filter(c -> c.distance().score() <= best + AS_NEAR)
          .sorted(Comparator.comparingDouble(c -> c.distance().score()))
          .toList();
    }
    double least = explaining.stream().mapToDouble(c -> c.distance().max()).min().orElse(0);
    double most = Math.max(trials.subject().rounding(), AS_GOOD * least);
    return explaining.stream().filter(c -> c.distance().max() <= most).toList();
  }

  /**
   * Of those that are nearest to the file alone, after {@link #single}, the one that explains it in
   * a trial that tells more; empty if none does.
   */
  public Optional<Candidate> sharpened(Trial sharper) {
    List<Candidate> again = new ArrayList<>();
    int fitted = 0;
    for (Candidate candidate : firsts(singles)) {
      boolean fits = candidate.dial().isPresent() && fitted++ < FITTED_AGAIN;
      again.add(fits ? sharper.fittedAgain(candidate) : sharper.again(candidate));
    }
    return again.stream()
        .filter(Candidate::explains)
        .min(Comparator.comparingDouble(c -> c.distance().score()));
  }

  /** A hypothesis that the search does not know, alone. */
  public Optional<Candidate> alone(Hypothesis hypothesis) {
    return trials.on(own).map(trial -> trial.of(hypothesis, Optional.empty()));
  }

  /**
   * The two hypotheses that explain the file together, after {@link #single}; empty if none do.
   *
   * @param further what the search does not know, to be tried as the first of a pair
   */
  public List<Candidate> pair(List<Candidate> further) {
    List<Candidate> all = new ArrayList<>(singles);
    all.addAll(further);
    List<List<Candidate>> found = new ArrayList<>(fittedPairs());
    if (!found.isEmpty() && trials.isSharp()) {
      return ordered(found.get(0));
    }
    for (Candidate first : firsts(all)) {
      if (!trials.haveTime() || found.size() == PAIRS) {
        break;
      }
      Explored seconds = explored(changed(first));
      List<Candidate> few = new ArrayList<>();
      best(seconds.explaining()).ifPresent(few::add);
      few.addAll(seconds.nearest().subList(0, Math.min(SECONDS, seconds.nearest().size())));
      few.removeIf(second -> second.setting().equals(first.setting()));
      for (Candidate second : few) {
        List<Candidate> pair = polished(first, second);
        if (pair.get(1).explains() && trials.isSharp()) {
          return ordered(withoutOtherHead(pair));
        }
        if (pair.get(1).explains()) {
          found.add(pair);
        }
      }
    }
    return found.stream()
        .min(Comparator.comparingDouble(pair -> pair.get(1).distance().score()))
        .map(pair -> ordered(withoutOtherHead(pair)))
        .orElse(List.of());
  }

  /** Two continuous values that explain the file together, each near the best one alone. */
  private List<List<Candidate>> fittedPairs() {
    List<Candidate> values = new ArrayList<>();
    for (Candidate one : singles) {
      boolean known = values.stream().anyMatch(v -> v.setting().equals(one.setting()));
      if (isContinuous(one) && !known && values.size() < FITTED_TOGETHER) {
        values.add(one);
      }
    }
    List<List<Candidate>> found = new ArrayList<>();
    for (int j = 1; j < values.size(); j++) {
      for (int i = 0; i < j && trials.haveTime(); i++) {
        Candidate first = values.get(i);
        atOnce(first, again(values.get(j), first))
            .filter(pair -> pair.get(1).explains())
            .ifPresent(found::add);
        if (!found.isEmpty() && trials.isSharp()) {
          return found;
        }
      }
    }
    return found;
  }

  private VariantModel changed(Candidate candidate) {
    return changed(List.of(candidate));
  }

  private VariantModel changed(List<Candidate> faults) {
    VariantModel changed = own;
    for (Candidate fault : faults) {
      changed = fault.hypothesis().change().apply(changed);
    }
    return changed;
  }

  private double score(List<Candidate> faults) {
    return trials
        .on(changed(faults))
        .map(trial -> trial.onAllRows(Hypothesis.NONE).distance().score())
        .orElse(Double.POSITIVE_INFINITY);
  }

  /** Everything tried on top of a model; stops at the first that explains all without a doubt. */
  private Explored explored(VariantModel base) {
    Optional<Trial> on = trials.on(base);
    if (on.isEmpty()) {
      return new Explored(List.of(), List.of());
    }
    Trial trial = on.get();
    Hypotheses all = Hypotheses.of(base);
    List<Candidate> found = new ArrayList<>();
    List<Dial> dials = trial.moving(all.dials());
    trials.expect(all.fixed().size() + 20 * dials.size());
    trial.labelOrder().ifPresent(found::add);
    if (found.stream().noneMatch(trials::isClear)) {
      found.addAll(trial.ofWellKnown(dials));
    }
    if (found.stream().noneMatch(trials::isClear)) {
      found.addAll(trial.of(all.fixed()));
    }
    if (found.stream().noneMatch(Candidate::explains)) {
      found.addAll(trial.ofFitted(dials));
    }
    if (trials.limits().clear() == 0) { // A well-known value may only be near the right one.
      best(found.stream().filter(Candidate::explains).toList())
          .flatMap(Candidate::dial)
          .flatMap(trial::fitted)
          .ifPresent(found::add);
    }
    List<Candidate> explaining = found.stream().filter(Candidate::explains).toList();
    found.removeIf(c -> c.distance().score() == Double.POSITIVE_INFINITY);
    Candidate.sort(found);
    return new Explored(found, explaining);
  }

  /** Of those that explain everything the best; of several as good as it the one tried first. */
  private Optional<Candidate> best(List<Candidate> explaining) {
    double clear = trials.limits().clear();
    if (clear == 0) { // Where rounding is coarse, a little better is better.
      return explaining.stream().min(Comparator.comparingDouble(c -> c.distance().score()));
    }
    double least = explaining.stream().mapToDouble(c -> c.distance().max()).min().orElse(clear);
    return explaining.stream()
        .filter(c -> c.distance().max() <= Math.max(clear, AS_GOOD * least))
        .findFirst();
  }

  /**
   * What to try first of a pair: in turns what explains some rows best and what explains all
   * together best.
   */
  private static List<Candidate> firsts(List<Candidate> candidates) {
    List<Candidate> byRows = new ArrayList<>(candidates);
    Candidate.sort(byRows);
    List<Candidate> together = new ArrayList<>(candidates);
    together.sort(Comparator.comparingDouble(c -> c.distance().rms()));
    List<Candidate> few = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      for (Candidate candidate : List.of(byRows.get(i), together.get(i))) {
        long known = few.stream().filter(c -> c.setting().equals(candidate.setting())).count();
        if (known < EACH && !few.contains(candidate) && few.size() < BEAM) {
          few.add(candidate);
        }
      }
    }
    return few;
  }

  /**
   * A fitted value was fitted before the other fault was known: fits each again on top of the
   * other, and both at once.
   */
  private List<Candidate> polished(Candidate first, Candidate second) {
    Candidate a = first;
    Candidate b = second;
    for (int round = 0; round < ROUNDS && !b.explains(); round++) {
      double before = b.distance().score();
      a = again(a, b);
      b = again(b, a);
      if (!(b.distance().score() < before - 0.01)) {
        break;
      }
    }
    List<Candidate> inTurns = List.of(a, b);
    boolean exact = b.explains() && trials.isSharp();
    return exact || !isContinuous(a) || !isContinuous(b) ? inTurns : atOnce(a, b).orElse(inTurns);
  }

  private static boolean isContinuous(Candidate candidate) {
    return candidate.dial().filter(dial -> !dial.whole()).isPresent();
  }

  /** Both values fitted together; empty where that is no better. */
  private Optional<List<Candidate>> atOnce(Candidate a, Candidate b) {
    Optional<PairFit.Values> values = trials.on(own).flatMap(trial -> trial.fitted(a, b));
    if (values.isEmpty()) {
      return Optional.empty();
    }
    Candidate exact = at(a, values.get().first(), own);
    Candidate second = at(b, values.get().second(), changed(exact));
    Candidate first = at(a, values.get().first(), changed(second));
    return second.distance().score() < b.distance().score()
        ? Optional.of(List.of(first, at(b, second.value(), changed(first))))
        : Optional.empty();
  }

  /** A candidate with another value, on top of a model. */
  private Candidate at(Candidate candidate, double value, VariantModel model) {
    return trials
        .on(model)
        .map(trial -> trial.said(candidate.dial().orElseThrow(), value))
        .orElse(candidate);
  }

  /** The best value of a candidate's dial on top of another; or itself there, if it has none. */
  private Candidate again(Candidate candidate, Candidate other) {
    Optional<Trial> trial = trials.on(changed(other));
    return candidate
        .dial()
        .map(dial -> trial.flatMap(t -> t.fitted(dial)))
        .orElseGet(() -> trial.map(t -> t.of(candidate.hypothesis(), Optional.empty())))
        .orElse(candidate);
  }

  /** Another head can also be the checkpoint's own with its rows in another order. */
  private List<Candidate> withoutOtherHead(List<Candidate> pair) {
    Candidate rest = pair.get(1);
    if (!pair.get(0).setting().equals(OtherHead.SETTING)) {
      return pair;
    }
    return trials
        .on(changed(rest))
        .flatMap(Trial::labelOrder)
        .filter(Candidate::explains)
        .map(order -> List.of(rest, order))
        .orElse(pair);
  }

  /**
   * Faults that were found elsewhere, as they explain the answers together.
   *
   * @return in the order in which each explains more; with one more, where only that explains all;
   *     empty where they do not explain the answers
   */
  public List<Candidate> together(List<Candidate> faults) {
    VariantModel all = changed(faults);
    Optional<Trial> on = trials.on(all);
    if (on.isEmpty()) {
      return List.of();
    }
    if (on.get().onAllRows(Hypothesis.NONE).explains()) {
      return ordered(faults);
    }
    List<Candidate> more = new ArrayList<>(faults);
    more.addAll(new Search(trials, all).single());
    return more.size() > faults.size() ? ordered(more) : List.of();
  }

  /**
   * The one that explains more alone comes first; distances as each is added. One that explains
   * everything alone, now that its value was fitted better, needs no other.
   */
  private List<Candidate> ordered(List<Candidate> faults) {
    List<Candidate> alone = new ArrayList<>();
    Optional<Trial> trial = trials.on(own);
    faults.forEach(c -> alone.add(trial.map(t -> t.onAllRows(c.hypothesis())).orElse(c)));
    double together = trials.limits().clear() > 0 ? Double.POSITIVE_INFINITY : score(faults);
    for (Candidate one : alone) {
      if (one.explains() && one.distance().score() < together + CLOSER) {
        return List.of(one);
      }
    }
    Candidate.sort(alone);
    List<Candidate> added = new ArrayList<>(List.of(alone.get(0)));
    VariantModel model = changed(alone.get(0));
    for (Candidate next : alone.subList(1, alone.size())) {
      Hypothesis hypothesis = next.hypothesis();
      added.add(trials.on(model).map(t -> t.onAllRows(hypothesis)).orElse(next));
      model = hypothesis.change().apply(model);
    }
    return added;
  }
}
