package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.AskedRows;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.diagnosis.search.Effort;
import dev.litegraft.lab.diagnosis.search.GraphSearch;
import dev.litegraft.lab.diagnosis.search.GraphValues;
import dev.litegraft.lab.diagnosis.search.OtherHead;
import dev.litegraft.lab.diagnosis.search.RoundingNoise;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.diagnosis.weights.LayerOrder;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.AnswerForm;
import dev.litegraft.lab.verification.StoredAs;
import dev.litegraft.runtime.TokenRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One diagnosis, with everything open. */
final class DiagnosisRun {
  /**
   * f32 kernels and the reference differ by 1e-6 to 1e-5 of the logits' size; a wrong setting by
   * more than 1e-3.
   */
  private static final double FLOAT_FLOOR = 5e-5;

  /** Rotary tables in f16 move in steps of this size, so that a base is met up to them only. */
  private static final double TABLE_FLOOR = 5e-4;

  /** What rounding to int8 makes of a value inside a graph, as a part of its largest number. */
  private static final double STEP_FLOOR = 5e-2;

  /** How much lower, as a logarithm, the score of several faults must be than that of one. */
  private static final double CLOSER = 0.3;

  /** How many times smaller a difference below the floor has to become to be explained. */
  private static final double MILD = 6;

  /** A hypothesis that is as near as this is the one. */
  private static final double CLEAR = 1e-5;

  /** A setting that leaves more than this part of a difference within rounding explains nothing. */
  private static final double IDLE = 0.8;

  /** How much worse a faulty model may be quantized than the right one. */
  private static final double FAULTY = 2;

  /** Another head is fitted; that multiplies the rounding of the vectors by its size. */
  private static final double HEAD_SLACK = 20;

  private final DiagnosedFile file;
  private final int threads;
  private final Diagnosis.Progress progress;
  private final boolean wantsLayers;
  private final PlainLayers layers;
  private final VariantModel own;
  private final Effort effort;
  private final Verdicts verdicts;
  private List<Candidate> explaining = List.of();
  private @Nullable List<float[][]> answers;
  private int tried = 1;

  DiagnosisRun(
      DiagnosedFile file,
      int threads,
      Diagnosis.Progress progress,
      boolean wantsLayers,
      long begin) {
    this.file = file;
    this.threads = threads;
    this.progress = progress;
    this.wantsLayers = wantsLayers;
    this.layers = file.layers();
    this.own = file.own();
    this.effort = file.effort();
    this.verdicts = new Verdicts(file.checkpoint(), file.reader(), begin);
  }

  /**
   * A file of another tool is judged by texts as a tokenizer makes them; how it reads odd rows is
   * its custom. Ours reads all rows as the original does.
   */
  DiagnosisReport report() throws IOException {
    List<AskedRows.Batch> batches = file.rows().batches();
    boolean foreign = file.isForeign();
    AskedFile subject =
        file.asked(foreign ? DiagnosedFile.of(batches, AskedRows.Group.PLAIN) : batches);
    DiagnosisReport report = withLayers(subject, report(subject)).noting(file.limits());
    if (!foreign) {
      return report;
    }
    boolean known =
        Set.of(Kind.MATCH, Kind.QUANTIZATION_ONLY, Kind.EXPLAINED).contains(report.kind());
    DiagnosisReport whole =
        file.hasDearWeights() ? report : report.with(FoundWeights.of(file.weights().words()));
    return known ? whole.withConventions(conventions(batches, report.floor())) : whole;
  }

  /** Values inside the file, where they are asked for or may tell what no setting does. */
  private DiagnosisReport withLayers(AskedFile subject, DiagnosisReport report) throws IOException {
    boolean dark = report.kind() == Kind.NOT_EXPLAINED && answers != null;
    if (answers == null || !(wantsLayers || dark)) {
      return report;
    }
    boolean shown = file.storage() == StoredAs.INT8 && file.isForeign();
    if (file.storage().isQuantized() && !wantsLayers && !shown) {
      return report; // Rounding departs everywhere.
    }
    return report.with(Inside.of(file, subject, answers));
  }

  private List<Explanation> conventions(List<AskedRows.Batch> batches, double floor) {
    VariantModel like = own;
    for (Candidate candidate : explaining) {
      like = candidate.hypothesis().change().apply(like);
    }
    List<Explanation> found = new ArrayList<>();
    if (file.isForeign() && file.asked().form() != AnswerForm.LOGITS) {
      found.add(Conventions.ofAnswers(file.asked().form()));
    }
    for (AskedRows.Group group : List.of(AskedRows.Group.PAD_INSIDE, AskedRows.Group.OTHER_SIDE)) {
      List<AskedRows.Batch> rows = DiagnosedFile.of(batches, group);
      if (!rows.isEmpty()) {
        try (TrialPool trials = trials(file.asked(rows), effort.limits(FAULTY * floor, 0))) {
          for (Explanation custom : Conventions.of(group, like, trials)) {
            if (found.stream().noneMatch(custom::saysAs)) {
              found.add(custom);
            }
          }
        }
      }
    }
    return found;
  }

  private DiagnosisReport report(AskedFile subject) throws IOException {
    Optional<TokenRow> broken = subject.notFinite();
    if (broken.isPresent()) {
      String verdict = WhereNaNBegins.in(file.model(), file.reader(), broken.get());
      return verdicts.of(Distance.INFINITE, 0, verdict, Kind.NOT_EXPLAINED, tried);
    }
    List<float[][]> ours = file.ownAnswers(subject);
    answers = ours;
    Distance distance = subject.distance(Optional.of(ours), subject.all());
    double floor = FLOAT_FLOOR * Math.max(1, subject.scale());
    Optional<String> order =
        distance.max() > floor ? file.matched().flatMap(LayerOrder::of) : Optional.empty();
    if (order.isPresent()) {
      return verdicts.of(distance, floor, order.get(), Kind.OTHER_WEIGHTS, tried);
    }
    return file.storage() == StoredAs.F32 ? inF32(subject, distance) : rounded(subject, distance);
  }

  private DiagnosisReport inF32(AskedFile subject, Distance distance) throws IOException {
    double floor = FLOAT_FLOOR * Math.max(1, subject.scale());
    double clear = CLEAR * Math.max(1, subject.scale());
    if (distance.max() > floor) {
      TrialPool.Limits limits = effort.limits(floor, clear);
      List<Candidate> along = alongGraph(subject, subject, own, limits);
      return along.isEmpty()
          ? searched(subject, distance, limits, Optional.empty())
          : explained(along, distance, floor);
    }
    List<Candidate> mild = distance.max() > clear ? mild(subject, distance, clear) : List.of();
    return mild.isEmpty()
        ? verdicts.matching(distance, floor, StoredAs.F32, tried)
        : explained(mild, distance, floor);
  }

  private DiagnosisReport rounded(AskedFile subject, Distance distance) throws IOException {
    StoredAs storage = file.storage();
    double floor = FLOAT_FLOOR * Math.max(1, subject.scale());
    RoundingNoise.Rounding rounding =
        new RoundingNoise(file.checkpoint(), layers, file.recipe(), threads)
            .of(storage, subject, own, file.theirs());
    double rounded = Math.max(floor, rounding.floor());
    if (storage == StoredAs.F16 && rounding.exact().isPresent()) {
      Optional<DiagnosisReport> exact = exact(subject, rounding.exact().get(), distance, rounded);
      if (exact.isPresent()) {
        return exact.get();
      }
    }
    // A faulty model may be quantized worse than the right one.
    TrialPool.Limits limits = effort.limits(FAULTY * rounded, 0);
    boolean near = distance.max() <= rounded;
    Optional<Followed> followed =
        rounding.exact().map(exact -> new Followed(exact, subject.withNoise(rounding.noise())));
    if (!near) {
      return searched(subject.roundedTo(rounded / 4), distance, limits, followed);
    }
    List<Candidate> found = followed.map(f -> hidden(f, limits)).orElse(List.of());
    return found.isEmpty()
        ? verdicts.matching(distance, rounded, storage, tried)
        : explained(found, distance, rounded);
  }

  /**
   * Of an f16 file all of whose weights are known: it computes in f32, so that what differs beside
   * them is told as of an f32 file.
   */
  private Optional<DiagnosisReport> exact(
      AskedFile subject, VariantModel theirs, Distance distance, double rounded)
      throws IOException {
    AskedFile.Screen all = subject.all();
    double floor = FLOAT_FLOOR * Math.max(1, subject.scale());
    double clear = CLEAR * Math.max(1, subject.scale());
    if (subject.distance(subject.answers(theirs, all, layers), all).max() <= floor) {
      return Optional.of(verdicts.matching(distance, rounded, StoredAs.F16, tried));
    }
    TrialPool.Limits limits = effort.limits(floor, clear);
    double tables = TABLE_FLOOR * Math.max(1, subject.scale());
    List<Candidate> along = alongGraph(subject, subject, theirs, limits.withFloor(tables));
    if (!along.isEmpty()) {
      return Optional.of(explained(along, distance, rounded));
    }
    try (TrialPool trials = trials(subject, limits)) {
      List<Candidate> found = new Search(trials, theirs).single();
      tried += trials.count();
      return found.isEmpty() ? Optional.empty() : Optional.of(explained(found, distance, rounded));
    }
  }

  /**
   * Faults that are found where the graph departs from the model, and explain the answers; of what
   * the graph does not show, as which token is read, one may be left for the answers to tell.
   *
   * @param strict the same file, of which is known what may remain where nothing is wrong
   */
  private List<Candidate> alongGraph(
      AskedFile subject, AskedFile strict, VariantModel model, TrialPool.Limits limits)
      throws IOException {
    Optional<GraphValues> values = file.graphValues(subject.batches());
    if (values.isEmpty()) {
      return List.of();
    }
    GraphSearch search =
        new GraphSearch(
            values.get(), layers, threads, limits.withFloor(graphFloor()), progress::tried);
    GraphSearch.Along along = search.of(model, v -> isExplained(strict, v, limits));
    tried += search.tried();
    if (along.faults().isEmpty()) {
      return List.of();
    }
    VariantModel all = model;
    for (Candidate fault : along.faults()) {
      all = fault.hypothesis().change().apply(all);
    }
    AskedFile judged = isExplained(strict, all, limits) ? strict : subject;
    try (TrialPool trials = trials(judged, limits)) {
      List<Candidate> found = new Search(trials, model).together(along.faults());
      tried += trials.count();
      return found;
    }
  }

  private boolean isExplained(AskedFile subject, VariantModel model, TrialPool.Limits limits) {
    AskedFile.Screen all = subject.all();
    Distance left = subject.distance(subject.answers(model, all, layers), all);
    return subject.isNoise(left, all, limits.floor());
  }

  private double graphFloor() {
    return switch (file.storage()) {
      case F32 -> FLOAT_FLOOR;
      case F16 -> TABLE_FLOOR;
      case INT8, INT4 -> STEP_FLOOR;
    };
  }

  /**
   * The model in whole numbers, as an int8 file computes.
   *
   * @param model the checkpoint's own
   * @param subject the file, of which is known what noise remains beside that model
   */
  private record Followed(VariantModel model, AskedFile subject) {}

  /** A fault that is smaller than what quantization does, in a file that can be followed. */
  private List<Candidate> hidden(Followed followed, TrialPool.Limits limits) {
    AskedFile.Screen all = followed.subject.all();
    Distance left =
        followed.subject.distance(followed.subject.answers(followed.model, all, layers), all);
    if (followed.subject.isNoise(left, all, limits.floor()) || effort.isLarge()) {
      return List.of();
    }
    try (TrialPool trials = trials(followed.subject, limits.asRough(steps()))) {
      List<Candidate> found = new Search(trials, followed.model).single();
      tried = trials.count();
      return found;
    }
  }

  /** A fault between rounding and the floor: claimed only if it leaves nothing but rounding. */
  private List<Candidate> mild(AskedFile subject, Distance distance, double clear) {
    double least = Math.min(clear, distance.max() / MILD);
    try (TrialPool trials = trials(subject, effort.limits(least, least))) {
      List<Candidate> found = new Search(trials, own).single();
      tried = trials.count();
      return found;
    }
  }

  /** Whether the file's answers move in steps, and can be followed so far. */
  private boolean steps() {
    return file.storage() == StoredAs.INT8 && !effort.isLarge();
  }

  private TrialPool trials(AskedFile subject, TrialPool.Limits limits) {
    return new TrialPool(subject, limits, layers, threads, progress::tried);
  }

  private DiagnosisReport searched(
      AskedFile subject, Distance distance, TrialPool.Limits limits, Optional<Followed> followed)
      throws IOException {
    double floor = limits.floor();
    try (TrialPool trials = trials(subject, limits)) {
      Search search = new Search(trials, own);
      List<Candidate> found = search.single();
      tried += trials.count();
      Optional<Candidate> sharper = followed.flatMap(f -> sharpened(search, f, limits));
      found = sharper.map(List::of).orElse(found);
      if (followed.isPresent()) {
        Followed whole = followed.get();
        found = closer(found, alongGraph(subject, whole.subject(), whole.model(), limits), whole);
      }
      if (!found.isEmpty() && isIdle(found, distance, limits)) {
        return verdicts.matching(distance, floor, file.storage(), tried);
      }
      if (!found.isEmpty()) {
        return explained(found, distance, floor);
      }
      WeightsInFile weights = file.weights();
      boolean others = weights.areOthers(file.isForeign());
      if (others && !weights.areOthersOfHead(own.model().architecture().moduleNames())) {
        return verdicts.of(distance, floor, weights.sentence(), Kind.OTHER_WEIGHTS, tried);
      }
      Optional<Candidate> head =
          OtherHead.of(file.asked(), own, file.rows(), layers).flatMap(search::alone);
      // The fit multiplies the rounding of the vectors by the size of the fitted matrix.
      double slack = limits.clear() > 0 ? HEAD_SLACK : 1;
      found = head.filter(c -> c.distance().max() <= slack * floor).map(List::of).orElse(List.of());
      if (found.isEmpty() && !others) {
        found = search.pair(head.stream().toList());
      }
      if (found.isEmpty() && head.isPresent() && !effort.isLarge()) {
        found = besideHead(subject, head.get(), limits.withFloor(slack * floor));
      }
      tried = Math.max(tried, trials.count());
      if (found.isEmpty() && others) {
        return verdicts.of(distance, floor, weights.sentence(), Kind.OTHER_WEIGHTS, tried);
      }
      return found.isEmpty()
          ? verdicts.of(distance, floor, notExplained(), Kind.NOT_EXPLAINED, tried)
          : explained(found, distance, floor);
    }
  }

  /**
   * Whether a setting is named of a rounded file that it brings no nearer: then rounding is only a
   * little larger than it was measured to be.
   */
  private static boolean isIdle(List<Candidate> found, Distance distance, TrialPool.Limits limits) {
    double left = found.get(found.size() - 1).distance().max();
    return limits.clear() == 0 && distance.max() <= limits.floor() && left > IDLE * distance.max();
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
    VariantModel model = followed.model();
    for (Candidate fault : faults) {
      model = fault.hypothesis().change().apply(model);
    }
    AskedFile.Screen all = followed.subject().all();
    return followed.subject().distance(followed.subject().answers(model, all, layers), all).score();
  }

  private String notExplained() throws IOException {
    return Verdicts.notExplained(file.isForeign() ? file.weights().reordered() : List.of());
  }

  /**
   * Of the settings that are nearest to a rounded file, the one that explains each of its steps.
   */
  private Optional<Candidate> sharpened(Search search, Followed followed, TrialPool.Limits limits) {
    try (TrialPool trials = trials(followed.subject, limits.asRough(steps()))) {
      return trials.on(followed.model).flatMap(search::sharpened);
    }
  }

  /** Another fault on top of another head, which is known as well as it could be fitted only. */
  private List<Candidate> besideHead(AskedFile subject, Candidate head, TrialPool.Limits limits) {
    try (TrialPool trials = trials(subject, limits)) {
      List<Candidate> found = new Search(trials, head.hypothesis().change().apply(own)).single();
      return found.isEmpty() ? List.of() : List.of(head, found.get(0));
    }
  }

  private DiagnosisReport explained(List<Candidate> found, Distance distance, double floor)
      throws IOException {
    explaining = found;
    return verdicts.explained(found, distance, floor, tried);
  }
}
