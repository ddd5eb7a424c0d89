package dev.litegraft.lab.diagnosis;

import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.diagnosis.search.AskedFile;
import dev.litegraft.lab.diagnosis.search.Candidate;
import dev.litegraft.lab.diagnosis.search.Distance;
import dev.litegraft.lab.diagnosis.search.GraphSearch;
import dev.litegraft.lab.diagnosis.search.GraphValues;
import dev.litegraft.lab.diagnosis.search.Search;
import dev.litegraft.lab.diagnosis.search.TrialPool;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.lab.verification.StoredAs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is tried of one file, step by step, and how many models that took. */
final class SearchSteps {
  /**
   * f32 kernels and the reference differ by 1e-6 to 1e-5 of the logits' size; a wrong setting by
   * more than 1e-3.
   */
  private static final double FLOAT_FLOOR = 5e-5;

  /** Rotary tables in f16 move in steps of this size, so that a base is met up to them only. */
  private static final double TABLE_FLOOR = 5e-4;

  /** What rounding to int8 makes of a value inside a graph, as a part of its largest number. */
  private static final double STEP_FLOOR = 5e-2;

  /** A hypothesis that is as near as this is the one. */
  private static final double CLEAR = 1e-5;

  private final DiagnosedFile file;
  private final Verdicts verdicts;
  private final int threads;
  private final Diagnosis.Progress progress;
  private final PlainLayers layers;
  private final List<TrialPool> pools = new ArrayList<>();
  private int triedAlongGraph;

  SearchSteps(DiagnosedFile file, Verdicts verdicts, int threads, Diagnosis.Progress progress) {
    this.file = file;
    this.verdicts = verdicts;
    this.threads = threads;
    this.progress = progress;
    this.layers = file.layers();
  }

  DiagnosedFile file() {
    return file;
  }

  int threads() {
    return threads;
  }

  /** Up to this, answers differ by what float kernels do. */
  double floor(AskedFile subject) {
    return FLOAT_FLOOR * Math.max(1, subject.scale());
  }

  /** The same, where the tables of rotary positions are in f16. */
  double floorOfTables(AskedFile subject) {
    return TABLE_FLOOR * Math.max(1, subject.scale());
  }

  /** Up to this, nothing else has to be tried. */
  double clear(AskedFile subject) {
    return CLEAR * Math.max(1, subject.scale());
  }

  private double graphFloor() {
    return switch (file.storage()) {
      case F32 -> FLOAT_FLOOR;
      case F16 -> TABLE_FLOOR;
      case INT8, INT4 -> STEP_FLOOR;
    };
  }

  /** For trials, to be closed. */
  TrialPool trials(AskedFile subject, TrialPool.Limits limits) {
    TrialPool trials = new TrialPool(subject, limits, layers, threads, progress::tried);
    pools.add(trials);
    return trials;
  }

  /** The one fault on top of a model that explains the answers; empty if none does alone. */
  List<Candidate> single(AskedFile subject, VariantModel model, TrialPool.Limits limits) {
    try (TrialPool trials = trials(subject, limits)) {
      return new Search(trials, model).single();
    }
  }

  /** How far a model is from the file. */
  Distance distance(AskedFile subject, VariantModel model) {
    AskedFile.Screen all = subject.all();
    return subject.distance(subject.answers(model, all, layers), all);
  }

  /** Whether a model answers like the file. */
  boolean isExplained(AskedFile subject, VariantModel model, TrialPool.Limits limits) {
    return subject.isNoise(distance(subject, model), subject.all(), limits.floor());
  }

  /** A model with these faults. */
  static VariantModel changed(VariantModel model, List<Candidate> faults) {
    VariantModel changed = model;
    for (Candidate fault : faults) {
      changed = fault.hypothesis().change().apply(changed);
    }
    return changed;
  }

  /**
   * Faults that are found where the graph departs from the model, and explain the answers; of what
   * the graph does not show, as which token is read, one may be left for the answers to tell.
   *
   * @param strict the same file, of which is known what may remain where nothing is wrong
   */
  List<Candidate> alongGraph(
      AskedFile subject, AskedFile strict, VariantModel model, TrialPool.Limits limits)
      throws IOException {
    Optional<GraphValues> values = file.graphValues(subject.batches(), model);
    if (values.isEmpty()) {
      return List.of();
    }
    GraphSearch search =
        new GraphSearch(
            values.get(), layers, threads, limits.withFloor(graphFloor()), progress::tried);
    GraphSearch.Along along = search.of(model, v -> isExplained(strict, v, limits));
    triedAlongGraph += search.tried();
    if (along.faults().isEmpty()) {
      return List.of();
    }
    VariantModel all = changed(model, along.faults());
    boolean whole = isExplained(strict, all, limits);
    if (!whole && strict != subject && !file.effort().isLarge()) {
      List<Candidate> more = single(strict, all, limits.asRough(true));
      if (!more.isEmpty()) {
        List<Candidate> faults = new ArrayList<>(along.faults());
        faults.addAll(more);
        try (TrialPool trials = trials(strict, limits)) {
          return new Search(trials, model).together(faults);
        }
      }
    }
    AskedFile judged = whole ? strict : subject;
    try (TrialPool trials = trials(judged, limits)) {
      return new Search(trials, model).together(along.faults());
    }
  }

  private int tried() {
    return 1 + triedAlongGraph + pools.stream().mapToInt(TrialPool::count).sum();
  }

  Outcome explained(List<Candidate> found, Distance distance, double floor) throws IOException {
    return new Outcome(verdicts.explained(found, distance, floor, tried()), found);
  }

  Outcome matching(Distance distance, double floor, StoredAs storage) throws IOException {
    return new Outcome(verdicts.matching(distance, floor, storage, tried()), List.of());
  }

  /** An outcome that names no setting. */
  Outcome unexplained(Distance distance, double floor, String verdict, Kind kind) {
    return new Outcome(verdicts.of(distance, floor, verdict, kind, tried()), List.of());
  }
}
