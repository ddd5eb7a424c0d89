package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.AskedRows;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.diagnosis.weights.LayerOrder;
import dev.litegraft.lab.diagnosis.weights.MatchedValues;
import dev.litegraft.lab.diagnosis.weights.WeightsInFile;
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
  /** How many times smaller a difference below the floor has to become to be explained. */
  private static final double MILD = 6;

  private final DiagnosedFile file;
  private final boolean wantsLayers;
  private final VariantModel own;
  private final SearchSteps steps;
  private @Nullable List<float[][]> answers;

  DiagnosisRun(
      DiagnosedFile file,
      int threads,
      Diagnosis.Progress progress,
      boolean wantsLayers,
      long begin) {
    this.file = file;
    this.wantsLayers = wantsLayers;
    this.own = file.own();
    Verdicts verdicts = new Verdicts(file.checkpoint(), file.reader(), begin);
    this.steps = new SearchSteps(file, verdicts, threads, progress);
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
    Outcome outcome = outcome(subject);
    DiagnosisReport report = withLayers(subject, outcome.report()).noting(file.limits());
    if (!foreign) {
      return report;
    }
    boolean known =
        Set.of(Kind.MATCH, Kind.QUANTIZATION_ONLY, Kind.EXPLAINED).contains(report.kind());
    DiagnosisReport whole = report.with(FoundWeights.of(file.weights().words()));
    VariantModel like = SearchSteps.changed(own, outcome.explaining());
    return known ? whole.withConventions(conventions(batches, like, report.floor())) : whole;
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

  /** How the file reads odd rows, where it is this model on all others. */
  private List<Explanation> conventions(
      List<AskedRows.Batch> batches, VariantModel like, double floor) {
    List<Explanation> found = new ArrayList<>();
    if (file.isForeign() && file.asked().form() != AnswerForm.LOGITS) {
      found.add(Conventions.ofAnswers(file.asked().form()));
    }
    TrialPool.Limits limits = file.effort().limits(RoundedFile.FAULTY * floor, 0);
    for (AskedRows.Group group : List.of(AskedRows.Group.PAD_INSIDE, AskedRows.Group.OTHER_SIDE)) {
      List<AskedRows.Batch> rows = DiagnosedFile.of(batches, group);
      if (!rows.isEmpty()) {
        try (TrialPool trials = steps.trials(file.asked(rows), limits)) {
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

  private Outcome outcome(AskedFile subject) throws IOException {
    Optional<TokenRow> broken = subject.notFinite();
    if (broken.isPresent()) {
      String verdict = WhereNaNBegins.in(file.model(), file.reader(), broken.get());
      return steps.unexplained(Distance.INFINITE, 0, verdict, Kind.NOT_EXPLAINED);
    }
    List<float[][]> ours = file.ownAnswers(subject);
    answers = ours;
    Distance distance = subject.distance(Optional.of(ours), subject.all());
    double floor = steps.floor(subject);
    Optional<String> others = distance.max() > floor ? otherWeights() : Optional.empty();
    if (others.isPresent()) {
      return steps.unexplained(distance, floor, others.get(), Kind.OTHER_WEIGHTS);
    }
    return file.storage() == StoredAs.F32
        ? inF32(subject, distance)
        : new RoundedFile(steps).of(subject, distance);
  }

  /** That another tool's file has other weights, or in another order: no setting is to blame. */
  private Optional<String> otherWeights() throws IOException {
    Optional<MatchedValues> matched = file.matched();
    if (matched.isEmpty()) {
      return Optional.empty();
    }
    WeightsInFile weights = file.weights();
    boolean ofHead = weights.areOthersOfHead(own.model().architecture().moduleNames());
    return weights.areOthers(true) && weights.sure() && !ofHead
        ? Optional.of(weights.sentence())
        : LayerOrder.of(matched.get());
  }

  private Outcome inF32(AskedFile subject, Distance distance) throws IOException {
    double floor = steps.floor(subject);
    double clear = steps.clear(subject);
    if (distance.max() <= floor) {
      List<Candidate> mild = distance.max() > clear ? mild(subject, distance) : List.of();
      return mild.isEmpty()
          ? steps.matching(distance, floor, StoredAs.F32)
          : steps.explained(mild, distance, floor);
    }
    TrialPool.Limits limits = file.effort().limits(floor, clear);
    List<Candidate> along = steps.alongGraph(subject, subject, own, limits);
    if (!along.isEmpty()) {
      return steps.explained(along, distance, floor);
    }
    try (TrialPool trials = steps.trials(subject, limits)) {
      Search search = new Search(trials, own);
      List<Candidate> found = search.single();
      return found.isEmpty()
          ? new OtherExplanations(steps).of(subject, search, distance, limits)
          : steps.explained(found, distance, floor);
    }
  }

  /** A fault between rounding and the floor: claimed only if it leaves nothing but rounding. */
  private List<Candidate> mild(AskedFile subject, Distance distance) {
    double least = Math.min(steps.clear(subject), distance.max() / MILD);
    return steps.single(subject, own, file.effort().limits(least, least));
  }
}
