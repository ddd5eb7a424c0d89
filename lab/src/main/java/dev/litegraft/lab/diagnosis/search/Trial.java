package dev.litegraft.lab.diagnosis.search;

import dev.litegraft.lab.diagnosis.faults.Dial;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile.Screen;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Hypotheses tried on top of one model: on a few short rows, and where they explain these on all
 * rows.
 */
public final class Trial {
  /** Dials that are fitted after the first look at all of them. */
  private static final int FITTED = 4;

  /** How far a fitted value may be rounded, as a part of it, if it explains as much. */
  private static final double ROUNDED = 0.004;

  /** Digits of a value that is said in as few as explain as much. */
  private static final int MOST_DIGITS = 4;

  /** How many times its rounding a value inside a graph may differ by where nothing is wrong. */
  private static final double EXACT = 10;

  /** How far a value that was fitted to rounded answers may be from the right one, as a factor. */
  private static final double NEAR = 1.15;

  private final TrialPool trials;
  private final VariantModel base;
  private final List<float[][]> answers;
  private final Screen screen;
  private final Map<Setting, Double> scores = new ConcurrentHashMap<>();

  /** A value of a dial. */
  private record Setting(Dial dial, double value) {
    Hypothesis hypothesis() {
      return dial.at().apply(value);
    }
  }

  /**
   * @param base the model
   * @param answers of the model, to all rows
   * @param screen the rows on which every hypothesis is tried
   */
  Trial(TrialPool trials, VariantModel base, List<float[][]> answers, Screen screen) {
    this.trials = trials;
    this.base = base;
    this.answers = answers;
    this.screen = screen;
  }

  VariantModel base() {
    return base;
  }

  /** How far the model itself is from the file, on the rows of the screen. */
  double score() {
    AskedFile subject = trials.subject();
    List<float[][]> own = screen.batches().stream().map(answers::get).toList();
    return subject.distance(Optional.of(own), screen).score();
  }

  /** Whether the labels stand in another order than the model's. */
  Optional<Candidate> labelOrder() {
    AskedFile subject = trials.subject();
    if (!subject.comparesAnswers()) {
      return Optional.empty();
    }
    return LabelOrder.of(subject.answers(subject.all()), answers, base.task())
        .map(order -> of(order, Optional.empty()));
  }

  /** One hypothesis. */
  Candidate of(Hypothesis hypothesis, Optional<Dial> dial) {
    return of(hypothesis, dial, Double.NaN);
  }

  private Candidate of(Setting setting) {
    return of(setting.hypothesis(), Optional.of(setting.dial), setting.value);
  }

  private Candidate of(Hypothesis hypothesis, Optional<Dial> dial, double value) {
    AskedFile subject = trials.subject();
    VariantModel variant = hypothesis.change().apply(base);
    Distance distance = subject.distance(trials.answers(variant, screen), screen);
    boolean explains = isNoise(distance, screen);
    if (explains) {
      Distance onAll = subject.distance(trials.answers(variant, subject.all()), subject.all());
      explains = isNoise(onAll, subject.all());
      // What explains the screen is nearer than what does not, even if it does not explain all.
      distance = new Distance(onAll.max(), distance.rms(), distance.score());
    }
    return new Candidate(hypothesis, distance, explains, dial, value);
  }

  private boolean isNoise(Distance distance, Screen rows) {
    return trials.subject().isNoise(distance, rows, trials.limits().floor());
  }

  /** The best values of two dials near those of two candidates, both on top of this model. */
  Optional<PairFit.Values> fitted(Candidate first, Candidate second) {
    Dial one = first.dial().orElseThrow();
    Dial other = second.dial().orElseThrow();
    AskedFile subject = trials.subject();
    PairFit.Model model =
        (a, b) -> {
          VariantModel changed = one.at().apply(a).change().apply(base);
          return trials.answers(other.at().apply(b).change().apply(changed), screen);
        };
    return new PairFit(subject.answers(screen), subject.rounding(), one, other, model)
        .near(first.value(), second.value());
  }

  /** One hypothesis, on all rows whatever it explains. */
  public Candidate onAllRows(Hypothesis hypothesis) {
    Screen all = trials.subject().all();
    VariantModel variant = hypothesis.change().apply(base);
    Distance distance = trials.subject().distance(trials.answers(variant, all), all);
    return new Candidate(
        hypothesis, distance, isNoise(distance, all), Optional.empty(), Double.NaN);
  }

  /** Hypotheses side by side; those behind one that leaves no doubt are left out. */
  List<Candidate> of(List<Hypothesis> hypotheses) {
    return trials.sideBySide(hypotheses.size(), i -> of(hypotheses.get(i), Optional.empty()));
  }

  /** Dials that move what is compared at all: not all of them reach a value inside a graph. */
  List<Dial> moving(List<Dial> dials) {
    if (trials.subject().comparesAnswers()) {
      return dials;
    }
    double before = score();
    return trials.all(dials, this::ends).stream()
        .filter(ends -> ends.scores().stream().anyMatch(score -> score != before))
        .map(Ends::dial)
        .toList();
  }

  /** The scores of a dial's least and greatest values. */
  private record Ends(Dial dial, List<Double> scores) {}

  private Ends ends(Dial dial) {
    List<Double> points = dial.coarse();
    return new Ends(
        dial,
        List.of(
            score(new Setting(dial, points.get(0))),
            score(new Setting(dial, points.get(points.size() - 1)))));
  }

  /** The values of dials that tools really use, side by side. */
  List<Candidate> ofWellKnown(List<Dial> dials) {
    List<Setting> settings = new ArrayList<>();
    for (Dial dial : dials) {
      for (double value : dial.wellKnown()) {
        if (value != dial.own() && value >= dial.from() && value <= dial.to()) {
          settings.add(new Setting(dial, value));
        }
      }
    }
    return trials.sideBySide(
        settings.size(),
        i -> {
          Setting setting = settings.get(i);
          Candidate candidate = of(setting);
          scores.put(setting, candidate.distance().score());
          return candidate;
        });
  }

  /** Where the best value of a dial lies, and the score of the best point so far. */
  private record Bracket(Dial dial, double low, double high, double score) {}

  /** Fits the dials that look best at first sight. */
  List<Candidate> ofFitted(List<Dial> dials) {
    double before = score();
    List<Bracket> brackets = new ArrayList<>();
    for (Dial dial : dials) {
      bracket(dial).filter(b -> b.score() < before).ifPresent(brackets::add);
    }
    brackets.sort(Comparator.comparingDouble(Bracket::score));
    List<Bracket> few = brackets.subList(0, Math.min(FITTED, brackets.size()));
    return trials.sideBySide(few.size(), i -> fitted(few.get(i)));
  }

  /** The best value of one dial; empty if the model cannot be read with any. */
  Optional<Candidate> fitted(Dial dial) {
    return bracket(dial).map(this::fitted);
  }

  /** A candidate of another trial. */
  Candidate again(Candidate other) {
    return of(other.hypothesis(), other.dial(), other.value());
  }

  /** A candidate of another trial, with the best value near the one that was fitted there. */
  Candidate fittedAgain(Candidate other) {
    Candidate exact = again(other);
    double value = other.value();
    if (exact.explains() || other.dial().isEmpty()) {
      return exact;
    }
    Bracket near =
        new Bracket(other.dial().get(), value / NEAR, value * NEAR, exact.distance().score());
    Candidate found = fitted(near);
    return found.distance().score() < exact.distance().score() ? found : exact;
  }

  /** A coarse look on a logarithmic scale. */
  private Optional<Bracket> bracket(Dial dial) {
    List<Double> points = dial.coarse();
    List<Double> found = trials.all(points, value -> score(new Setting(dial, value)));
    int best = 0;
    for (int i = 1; i < found.size(); i++) {
      best = found.get(i) < found.get(best) ? i : best;
    }
    double low = points.get(Math.max(0, best - 1));
    double high = points.get(Math.min(points.size() - 1, best + 1));
    boolean finite = found.get(best) < Double.POSITIVE_INFINITY && low < high;
    return finite ? Optional.of(new Bracket(dial, low, high, found.get(best))) : Optional.empty();
  }

  /** Of a dial's value, tried once. */
  private double score(Setting setting) {
    return scores.computeIfAbsent(
        setting, s -> trials.subject().distance(answers(s), screen).score());
  }

  private Optional<List<float[][]>> answers(Setting setting) {
    return trials.answers(setting.hypothesis().change().apply(base), screen);
  }

  private Candidate fitted(Bracket bracket) {
    Dial dial = bracket.dial();
    Map<Double, Optional<List<float[][]>>> known = new HashMap<>();
    Function<Double, Optional<List<float[][]>>> model =
        v -> known.computeIfAbsent(dial.allowed(v), value -> answers(new Setting(dial, value)));
    double value =
        new Fit(
                trials.subject().answers(screen),
                trials.subject().rounding(),
                model::apply,
                bracket.low(),
                bracket.high(),
                dial.whole(),
                trials.limits().rough())
            .value();
    return said(dial, value);
  }

  /** A dial's value, in as few digits as explain as much. */
  Candidate said(Dial dial, double value) {
    Candidate exact = of(new Setting(dial, value));
    AskedFile subject = trials.subject();
    double none = subject.comparesAnswers() ? 0 : EXACT * subject.rounding();
    double as = Math.max(Math.max(none, trials.limits().clear()), exact.distance().max());
    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
      double round = new BigDecimal(value).round(new MathContext(digits)).doubleValue();
      if (Math.abs(round - value) <= ROUNDED * value) {
        Candidate rounded = of(new Setting(dial, round));
        if (rounded.distance().max() <= as) {
          return rounded;
        }
      }
    }
    return exact;
  }
}
