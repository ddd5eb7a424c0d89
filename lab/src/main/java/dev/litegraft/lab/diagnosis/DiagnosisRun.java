package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.facts.Side;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.faults.HalfConstants;
import dev.litegraft.lab.diagnosis.faults.RoundedWeights;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.AskedModel;
import dev.litegraft.lab.diagnosis.search.AskedRows;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.diagnosis.search.Effort;
import dev.litegraft.lab.diagnosis.search.OtherHead;
import dev.litegraft.lab.diagnosis.search.RoundingNoise;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.diagnosis.weights.FoldedInt8Layers;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.AnswerForm;
import dev.litegraft.lab.verification.Reach;
import dev.litegraft.lab.verification.StoredAs;
import dev.litegraft.model.Model;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RawOutput;
import dev.litegraft.runtime.TokenRow;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One diagnosis, with everything open. */
final class DiagnosisRun {
  /**
   * f32 kernels and the reference differ by 1e-6 to 1e-5 of the logits' size; a wrong setting by
   * more than 1e-3.
   */
  private static final double FLOAT_FLOOR = 5e-5;

  /** How many times smaller a difference below the floor has to become to be explained. */
  private static final double MILD = 6;

  /** A hypothesis that is as near as this is the one. */
  private static final double CLEAR = 1e-5;

  /** How much worse a faulty model may be quantized than the right one. */
  private static final double FAULTY = 2;

  /** Another head is fitted; that multiplies the rounding of the vectors by its size. */
  private static final double HEAD_SLACK = 20;

  /** The part of the free heap that weights may take. */
  private static final double HELD = 0.6;

  /** Rows by which outputs are told apart. */
  private static final int ROWS_OF_OUTPUTS = 3;

  private final Checkpoint checkpoint;
  private final TfliteReader reader;
  private final RawModel model;
  private final int threads;
  private final Diagnosis.Progress progress;
  private final boolean wantsLayers;
  private final PlainLayers layers;
  private final VariantModel own;
  private final Effort effort;
  private final Verdicts verdicts;
  private final AskedRows asked;
  private final AskedModel file;
  private final boolean foreign;
  private List<Candidate> explaining = List.of();
  private @Nullable WeightsInFile weights;
  private @Nullable List<float[][]> answers;
  private int tried = 1;

  DiagnosisRun(
      Checkpoint checkpoint,
      TfliteReader reader,
      RawModel model,
      int threads,
      Diagnosis.Progress progress,
      boolean wantsLayers,
      long begin)
      throws IOException {
    this.checkpoint = checkpoint;
    this.reader = reader;
    this.model = model;
    this.threads = threads;
    this.progress = progress;
    this.wantsLayers = wantsLayers;
    this.layers = PlainLayers.of(threads).holding((long) (HELD * freeHeap()));
    Model checkpointModel = Model.of(checkpoint);
    this.effort = new Effort(checkpointModel.multiplicationsPerToken());
    this.verdicts = new Verdicts(checkpoint, reader, begin);
    this.foreign = reader.facts().isEmpty();
    this.asked = rows(checkpointModel);
    VariantModel plain = VariantModel.of(checkpointModel);
    this.file = foreign ? foreignFile(plain) : AskedModel.ours(model, plain);
    this.own = file.alike(plain);
  }

  /** The output that answers is told by the first rows: cheap ones, and several. */
  private AskedModel foreignFile(VariantModel plain) {
    List<TokenRow> rows = new ArrayList<>();
    for (AskedRows.Batch batch : of(asked.batches(), AskedRows.Group.PLAIN)) {
      if (rows.size() < ROWS_OF_OUTPUTS) {
        rows.addAll(batch.rows());
      }
    }
    // Not as a hypothesis: what the checkpoint lacks is the user's to know.
    plain.answers(layers, List.of(rows.get(0)));
    List<List<RawOutput>> outputs =
        taken(plain.model(), () -> rows.stream().map(row -> model.run(model.taken(row))).toList());
    return AskedModel.of(model, plain, rows, outputs, layers);
  }

  private static long freeHeap() {
    Runtime java = Runtime.getRuntime();
    return java.maxMemory() - java.totalMemory() + java.freeMemory();
  }

  private AskedRows rows(Model asked) throws IOException {
    return new AskedRows(
        Reach.of(asked, model, reader.facts()).atMost(effort.longestRow()),
        effort.isLarge(),
        foreign && asked.tokenizerPadding() == Side.LEFT,
        foreign);
  }

  /**
   * A file of another tool is judged by texts as a tokenizer makes them; how it reads odd rows is
   * its custom. Ours reads all rows as the original does.
   */
  DiagnosisReport report() throws IOException {
    List<AskedRows.Batch> batches = asked.batches();
    AskedFile subject = asked(foreign ? of(batches, AskedRows.Group.PLAIN) : batches);
    DiagnosisReport report = withLayers(subject, report(subject));
    if (!foreign) {
      return report;
    }
    boolean known =
        Set.of(Kind.MATCH, Kind.QUANTIZATION_ONLY, Kind.EXPLAINED).contains(report.kind());
    return known ? report.withConventions(conventions(batches, report.floor())) : report;
  }

  /** Values inside the file, where they are asked for or may tell what no setting does. */
  private DiagnosisReport withLayers(AskedFile subject, DiagnosisReport report) throws IOException {
    boolean dark = report.kind() == Kind.NOT_EXPLAINED && answers != null;
    if (answers == null || !(wantsLayers || dark)) {
      return report;
    }
    StoredAs storage = StoredAs.of(reader.model());
    if (storage.isQuantized() && !wantsLayers) {
      return report; // Rounding departs everywhere.
    }
    return report.with(
        Inside.of(
            own.model(),
            model,
            reader,
            foreign ? Optional.of(weights()) : Optional.empty(),
            subject,
            answers,
            file.form() == AnswerForm.LOGITS,
            layers));
  }

  /** That the file says it was made with. */
  private Optional<Recipe> recipe() throws IOException {
    Optional<String> name = reader.facts().map(ModelFacts::recipe);
    return Recipe.all().stream()
        .filter(r -> name.equals(Optional.of(r.canonicalName())))
        .findFirst();
  }

  private static List<AskedRows.Batch> of(List<AskedRows.Batch> batches, AskedRows.Group group) {
    return batches.stream().filter(batch -> batch.group() == group).toList();
  }

  private List<Explanation> conventions(List<AskedRows.Batch> batches, double floor) {
    VariantModel like = own;
    for (Candidate candidate : explaining) {
      like = candidate.hypothesis().change().apply(like);
    }
    List<Explanation> found = new ArrayList<>();
    if (file.form() != AnswerForm.LOGITS) {
      found.add(Conventions.ofAnswers(file.form()));
    }
    for (AskedRows.Group group : List.of(AskedRows.Group.PAD_INSIDE, AskedRows.Group.OTHER_SIDE)) {
      List<AskedRows.Batch> rows = of(batches, group);
      if (!rows.isEmpty()) {
        try (TrialPool trials = trials(asked(rows), effort.limits(FAULTY * floor, 0))) {
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
      String verdict = WhereNaNBegins.in(model, reader, broken.get());
      return verdicts.of(Distance.INFINITE, 0, verdict, Kind.NOT_EXPLAINED, tried);
    }
    List<float[][]> ours = ownAnswers(subject);
    requireComparable(subject, ours);
    answers = ours;
    AskedFile.Screen all = subject.all();
    Distance distance = subject.distance(Optional.of(ours), all);
    double floor = FLOAT_FLOOR * Math.max(1, subject.scale());
    StoredAs storage = StoredAs.of(reader.model());
    if (storage == StoredAs.F32) {
      double clear = CLEAR * Math.max(1, subject.scale());
      if (distance.max() > floor) {
        return searched(subject, distance, effort.limits(floor, clear), Optional.empty());
      }
      List<Candidate> mild = distance.max() > clear ? mild(subject, distance, clear) : List.of();
      return mild.isEmpty()
          ? verdicts.matching(distance, floor, storage, tried)
          : explained(mild, distance, floor);
    }
    RoundingNoise.Rounding rounding =
        new RoundingNoise(checkpoint, layers, recipe(), threads)
            .of(storage, subject, own, theirs(storage));
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
   * The checkpoint's model with the weights that another tool's file has: of an int8 file rounded
   * as there.
   */
  private Optional<VariantModel> theirs(StoredAs storage) throws IOException {
    boolean followed = storage == StoredAs.INT8 || storage == StoredAs.F16;
    if (!foreign || !followed || effort.isLarge() || !weights().isComplete()) {
      return Optional.empty();
    }
    WeightsInFile found = weights();
    if (storage == StoredAs.INT8) {
      VariantModel theirs = own.with(found.over(own.weights(), UnaryOperator.identity()));
      return Optional.of(theirs.with((f, in) -> new FoldedInt8Layers(f, found)));
    }
    VariantModel theirs =
        own.with(found.over(own.weights(), t -> RoundedWeights.of(t, RoundedWeights.Type.FLOAT16)));
    return Optional.of(theirs.with(new HalfConstants(!model.lengths().isEmpty())));
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
    try (TrialPool trials = trials(subject, effort.limits(floor, clear))) {
      List<Candidate> found = new Search(trials, theirs).single();
      tried = trials.count();
      return found.isEmpty() ? Optional.empty() : Optional.of(explained(found, distance, rounded));
    }
  }

  private WeightsInFile weights() throws IOException {
    WeightsInFile known = weights;
    if (known == null) {
      known =
          WeightsInFile.of(
              checkpoint.tensors(),
              own.model().architecture().moduleNames(),
              reader,
              effort.matrices());
      weights = known;
    }
    return known;
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
    return StoredAs.of(reader.model()) == StoredAs.INT8 && !effort.isLarge();
  }

  private TrialPool trials(AskedFile subject, TrialPool.Limits limits) {
    return new TrialPool(subject, limits, layers, threads, progress::tried);
  }

  private AskedFile asked(List<AskedRows.Batch> batches) {
    return taken(own.model(), () -> AskedFile.of(file, batches));
  }

  private static <T> T taken(Model checkpoint, Supplier<T> question) {
    try {
      return question.get();
    } catch (InvalidInputException e) {
      throw new InvalidInputException(
          "the file does not take what the checkpoint takes: " + e.what(),
          e.where(),
          "check that the file was made of this checkpoint: its vocabulary has "
              + checkpoint.vocabulary()
              + " tokens");
    }
  }

  private List<float[][]> ownAnswers(AskedFile subject) {
    List<TokenRow> rows = new ArrayList<>();
    subject.batches().forEach(batch -> rows.addAll(batch.rows()));
    // Not as a hypothesis: what the checkpoint lacks is the user's to know.
    own.answers(layers, List.of(rows.get(0)));
    return subject.answers(own, subject.all(), layers).orElseThrow();
  }

  private void requireComparable(AskedFile subject, List<float[][]> answers) {
    int expected = answers.get(0)[0].length;
    int actual = subject.answers(subject.all()).get(0)[0].length;
    if (expected != actual) {
      throw new InvalidInputException(
          "the file answers one token with "
              + actual
              + " numbers, where the checkpoint ("
              + own.model().hfClass()
              + ") gives "
              + expected,
          model.where() + " beside " + checkpoint.folder(),
          "check that the file was made of this checkpoint, with its head and its labels");
    }
  }

  private DiagnosisReport searched(
      AskedFile subject, Distance distance, TrialPool.Limits limits, Optional<Followed> followed)
      throws IOException {
    double floor = limits.floor();
    try (TrialPool trials = trials(subject, limits)) {
      Search search = new Search(trials, own);
      List<Candidate> found = search.single();
      tried = trials.count();
      Optional<Candidate> sharper = followed.flatMap(f -> sharpened(search, f, limits));
      if (sharper.isPresent() || !found.isEmpty()) {
        return explained(sharper.map(List::of).orElse(found), distance, floor);
      }
      if (weights().areOthers(foreign)) {
        return verdicts.of(distance, floor, weights().sentence(), Kind.OTHER_WEIGHTS, tried);
      }
      Optional<Candidate> head = OtherHead.of(file, own, asked, layers).flatMap(search::alone);
      // The fit multiplies the rounding of the vectors by the size of the fitted matrix.
      double slack = limits.clear() > 0 ? HEAD_SLACK : 1;
      found =
          head.filter(c -> c.distance().max() <= slack * floor)
              .map(List::of)
              .orElseGet(() -> search.pair(head.stream().toList()));
      if (found.isEmpty() && head.isPresent() && !effort.isLarge()) {
        found = besideHead(subject, head.get(), limits.withFloor(slack * floor));
      }
      tried = trials.count();
      return found.isEmpty()
          ? verdicts.of(distance, floor, notExplained(), Kind.NOT_EXPLAINED, tried)
          : explained(found, distance, floor);
    }
  }

  private String notExplained() throws IOException {
    return Verdicts.notExplained(foreign ? weights().reordered() : List.of());
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
