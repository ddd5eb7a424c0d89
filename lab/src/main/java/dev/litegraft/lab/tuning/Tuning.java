package dev.litegraft.lab.tuning;

import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.evaluation.Columns;
import dev.litegraft.lab.evaluation.ConfidenceFit;
import dev.litegraft.lab.evaluation.Evaluation;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the smallest file of a checkpoint, or the fastest, whose answers on a user's own data are
 * those in f32 but for a bound.
 *
 * <p>One half of the rows, by a hash of their text, decides; the other judges what was decided.
 * Recipes are tried as they are; those that miss the bound are rounded better, by the built-in
 * texts; of those that miss it then, the kinds of modules that hurt most are stored in a better
 * form, one after the other, until it is met.
 *
 * <p>Where these rows have labels, the probabilities of the chosen file are fitted to one half of
 * them; the fit is kept if they are better on the other.
 */
public final class Tuning {
  private final Path folder;
  private final DataFile data;
  private final Columns columns;
  private final Bound bound;
  private final boolean speed;
  private final int threads;
  private final Evaluation.Progress progress;
  private final Optional<ConfidenceFit.Form> confidence;

  private Tuning(
      Path folder,
      DataFile data,
      Columns columns,
      Bound bound,
      boolean speed,
      int threads,
      Evaluation.Progress progress,
      Optional<ConfidenceFit.Form> confidence) {
    this.folder = folder;
    this.data = data;
    this.columns = columns;
    this.bound = bound;
    this.speed = speed;
    this.threads = threads;
    this.progress = progress;
    this.confidence = confidence;
  }

  /** For the smallest file with the same answer to 99.5 % of the rows. */
  public static Tuning of(Path folder, DataFile data) {
    return new Tuning(
        folder,
        data,
        Columns.usual(),
        new Bound(Bound.Kind.MIN_AGREEMENT, 0.995),
        false,
        RuntimeOptions.defaults().threads(),
        (done, total) -> {},
        Optional.of(ConfidenceFit.Form.TEMPERATURE));
  }

  /** The same with columns of other names. */
  public Tuning withColumns(Columns named) {
    return new Tuning(folder, data, named, bound, speed, threads, progress, confidence);
  }

  /** The same with another bound. */
  public Tuning withBound(Bound other) {
    return new Tuning(folder, data, columns, other, speed, threads, progress, confidence);
  }

  /** The same for the fastest file, or for the smallest. */
  public Tuning forSpeed(boolean fastest) {
    return new Tuning(folder, data, columns, bound, fastest, threads, progress, confidence);
  }

  /** The same on so many threads. */
  public Tuning withThreads(int count) {
    return new Tuning(folder, data, columns, bound, speed, count, progress, confidence);
  }

  /** The same, telling {@code listener} how far it is with the rows of one step. */
  public Tuning withProgress(Evaluation.Progress listener) {
    return new Tuning(folder, data, columns, bound, speed, threads, listener, confidence);
  }

  /** The same with probabilities that are fitted in another form, or not at all. */
  public Tuning withConfidence(Optional<ConfidenceFit.Form> form) {
    return new Tuning(folder, data, columns, bound, speed, threads, progress, form);
  }

  /**
   * Finds the file, and writes it and its recipe.
   *
   * @param target the file; the recipe stands beside it, with {@code .recipe.json} at its end
   * @throws dev.litegraft.error.InvalidInputException if the checkpoint or the data cannot be used,
   *     or nothing but f32 meets the bound
   */
  public TuningReport run(Path target) throws IOException {
    return new TuningRun(this).run(target);
  }

  /**
   * Says what {@link #run} would refuse before it makes the first file: data, bound, and places
   * that cannot be written.
   *
   * @param target as of {@link #run}
   * @throws dev.litegraft.error.InvalidInputException if it would
   */
  public void check(Path target) throws IOException {
    new TuningRun(this).requirePlaces(target);
  }

  /** Files on some of the rows. */
  Evaluation evaluation(List<Path> files, DataFile rows) {
    return Evaluation.of(files, rows)
        .withColumns(columns)
        .withThreads(threads)
        .withProgress(progress);
  }

  Path folder() {
    return folder;
  }

  DataFile data() {
    return data;
  }

  Columns columns() {
    return columns;
  }

  Bound bound() {
    return bound;
  }

  boolean speed() {
    return speed;
  }

  int threads() {
    return threads;
  }

  Evaluation.Progress progress() {
    return progress;
  }

  Optional<ConfidenceFit.Form> confidence() {
    return confidence;
  }
}
