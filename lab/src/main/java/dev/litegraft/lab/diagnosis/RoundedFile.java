package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.diagnosis.search.RoundingNoise;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.verification.StoredAs;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The search in a file that stores its weights in fewer bits. What rounding does is measured; where
 * its steps can be followed, what is left beside them is told as of a float file.
 */
final class RoundedFile {
  /** How much lower, as a logarithm, the score of several faults must be than that of one. */
  private static final double CLOSER = 0.3;

  /** A setting that leaves more than this part of a difference within rounding explains nothing. */
  private static final double IDLE = 0.8;

  /** How much worse a faulty model may be quantized than the right one. */
  static final double FAULTY = 2;

  private final SearchSteps steps;
  private final DiagnosedFile file;
  private final VariantModel own;
  private final boolean large;

  RoundedFile(SearchSteps steps) {
    this.steps = steps;
    this.file = steps.file();
    this.own = file.own();
    this.large = file.effort().isLarge();
  }

  /**
   * The model in whole numbers, as an int8 file computes.
   *
   * @param model the checkpoint's own
   * @param subject the file, of which is known what noise remains beside that model
   */
  private record Followed(VariantModel model, AskedFile subject) {}

  /**
   * What explains it.
   *
   * @param distance of the checkpoint's model from it
   */
  Outcome of(AskedFile subject, Distance distance) throws IOException {
    RoundingNoise.Rounding rounding =
        new RoundingNoise(file.checkpoint(), file.layers(), file.recipe(), steps.threads())
            .of(file.storage(), subject, own, file.theirs());
    double rounded = Math.max(steps.floor(subject), rounding.floor());
    if (file.storage() == StoredAs.F16 && rounding.exact().isPresent()) {
      Optional<Outcome> exact = exact(subject, rounding.exact().get(), distance, rounded);
      if (exact.isPresent()) {
        return exact.get();
      }
    }
    TrialPool.Limits limits = file.effort().limits(FAULTY * rounded, 0);
    Optional<Followed> followed =
        rounding.exact().map(exact -> new Followed(exact, subject.withNoise(rounding.noise())));
    if (distance.max() > rounded) {
      return searched(subject.roundedTo(rounded / 4), distance, limits, followed);
    }
    List<Candidate> found =
        followed.isPresent() ? hidden(followed.get(), limits) : List.<Candidate>of();
    return found.isEmpty()
        ? steps.matching(distance, rounded, file.storage())
        : steps.explained(found, distance, rounded);
  }

  /**
   * Of an f16 file all of whose weights are known: it computes in f32, so that what differs beside
   * them is told as of an f32 file.
   */
  private Optional<Outcome> exact(
      AskedFile subject, VariantModel theirs, Distance distance, double rounded)
      throws IOException {
    double floor = steps.floor(subject);
    if (steps.distance(subject, theirs).max() <= floor) {
      return Optional.of(steps.matching(distance, rounded, StoredAs.F16));
    }
    TrialPool.Limits limits = file.effort().limits(floor, steps.clear(subject));
    TrialPool.Limits ofTables = limits.withFloor(steps.floorOfTables(subject));
    List<Candidate> found = steps.alongGraph(subject, subject, theirs, ofTables);
    if (found.isEmpty()) {
      found = steps.single(subject, theirs, limits);
    }
    return found.isEmpty()
        ? Optional.empty()
        : Optional.of(steps.explained(found, distance, rounded));
  }

  /** A fault that is smaller than what quantization does, in a file that can be followed. */
  private List<Candidate> hidden(Followed followed, TrialPool.Limits limits) throws IOException {
    boolean same = steps.isExplained(followed.subject, followed.model, limits);
    if (large || file.isForeign()) { // Another tool's graph shows what its answers do not.
      List<Candidate> along =
          same && large ? List.of() : alongGraph(followed.subject, followed, limits);
      if (large || !along.isEmpty()) {
        return along;
      }
    }
    return same
        ? List.of()
        : steps.single(followed.subject, followed.model, limits.asRough(movesInSteps()));
  }

  /** Whether the file's answers move in steps, and can be followed so far. */
  private boolean movesInSteps() {
    return file.storage() == StoredAs.INT8 && !large;
  }

  private Outcome searched(
      AskedFile subject, Distance distance, TrialPool.Limits limits, Optional<Followed> followed)
      throws IOException {
    // What the graph shows costs a layer, an answer all.
    boolean graphFirst = followed.isPresent() && (large || file.isForeign());
    if (graphFirst) {
      List<Candidate> along = alongGraph(subject, followed.get(), limits);
      if (!along.isEmpty()) {
        return steps.explained(along, distance, limits.floor());
      }
    }
    try (TrialPool trials = steps.trials(subject, limits)) {
      Search search = new Search(trials, own);
      List<Candidate> found = search.single();
      Optional<Candidate> sharper = followed.flatMap(f -> sharpened(search, f, limits));
      found = sharper.map(List::of).orElse(found);
      if (followed.isPresent() && !graphFirst) {
        List<Candidate> along = alongGraph(subject, followed.get(), limits);
        found = closer(found, along, followed.get());
      }
      if (found.isEmpty()) {
        return new OtherExplanations(steps).of(subject, search, distance, limits);
      }
      return isIdle(found, distance, limits)
          ? steps.matching(distance, limits.floor(), file.storage())
          : steps.explained(found, distance, limits.floor());
    }
  }

  private List<Candidate> alongGraph(AskedFile subject, Followed followed, TrialPool.Limits limits)
      throws IOException {
    return steps.alongGraph(subject, followed.subject, followed.model, limits);
  }

  /**
   * Whether a setting is named of a rounded file that it brings no nearer: then rounding is only a
   * little larger than it was measured to be.
   */
  private static boolean isIdle(List<Candidate> found, Distance distance, TrialPool.Limits limits) {
    double left = found.get(found.size() - 1).distance().max();
    return distance.max() <= limits.floor() && left > IDLE * distance.max();
  }

  /** Which of two explanations follows a rounded file more closely; one fault where in doubt. */
  private List<Candidate> closer(List<Candidate> single, List<Candidate> along, Followed followed) {
    if (single.isEmpty() || along.isEmpty()) {
      return single.isEmpty() ? along : single;
    }
    double margin = along.size() > single.size() ? CLOSER : 0;
    return score(along, followed) < score(single, followed) - margin ? along : single;
  }

  private double score(List<Candidate> faults, Followed followed) {
    VariantModel model = SearchSteps.changed(followed.model, faults);
    return steps.distance(followed.subject, model).score();
  }

  /**
   * Of the settings that are nearest to a rounded file, the one that explains each of its steps.
   */
  private Optional<Candidate> sharpened(Search search, Followed followed, TrialPool.Limits limits) {
    try (TrialPool trials = steps.trials(followed.subject, limits.asRough(movesInSteps()))) {
      return trials.on(followed.model).flatMap(search::sharpened);
    }
  }
}
