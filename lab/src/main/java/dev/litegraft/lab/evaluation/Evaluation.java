package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Asks files the rows of a user's own data, and says what each is worth and how it differs from the
 * first.
 *
 * <pre>{@code
 * EvaluationReport report =
 *     Evaluation.of(List.of(Path.of("f32.tflite"), Path.of("int8.tflite")),
 *             DataFile.of(Path.of("test.tsv")))
 *         .run();
 * }</pre>
 *
 * <p>A checkpoint's folder stands for its conversion to f32, whose answers are the checkpoint's
 * own. Files are asked one after the other, rows by several threads at once; memory does not grow
 * with the answers.
 */
public final class Evaluation {
  /** Told how far an evaluation is. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} rows were asked. */
    void at(long done, long total);
  }

  private final List<Path> files;
  private final DataFile data;
  private final Columns columns;
  private final Optional<Relevance> relevance;
  private final RuntimeOptions runtime;
  private final int threads;
  private final boolean footprint;
  private final Gates gates;
  private final Progress progress;

  private Evaluation(
      List<Path> files,
      DataFile data,
      Columns columns,
      Optional<Relevance> relevance,
      RuntimeOptions runtime,
      int threads,
      boolean footprint,
      Gates gates,
      Progress progress) {
    this.files = List.copyOf(files);
    this.data = data;
    this.columns = columns;
    this.relevance = relevance;
    this.runtime = runtime;
    this.threads = threads;
    this.footprint = footprint;
    this.gates = gates;
    this.progress = progress;
  }

  /**
   * An evaluation of files, the first of which the others are compared with.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Evaluation of(List<Path> files, DataFile data) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no files");
    }
    RuntimeOptions usual = RuntimeOptions.defaults();
    return new Evaluation(
        files,
        data,
        Columns.usual(),
        Optional.empty(),
        usual,
        usual.threads(),
        false,
        Gates.none(),
        (done, total) -> {});
  }

  /** The same with columns of other names. */
  public Evaluation withColumns(Columns named) {
    return new Evaluation(
        files, data, named, relevance, runtime, threads, footprint, gates, progress);
  }

  /** The same with the data as a corpus in which queries find texts. */
  public Evaluation withRelevance(Relevance judged) {
    return new Evaluation(
        files, data, columns, Optional.of(judged), runtime, threads, footprint, gates, progress);
  }

  /** The same with files that are opened otherwise; threads are those of {@link #withThreads}. */
  public Evaluation withRuntime(RuntimeOptions options) {
    return new Evaluation(
        files, data, columns, relevance, options, threads, footprint, gates, progress);
  }

  /** The same on so many threads. */
  public Evaluation withThreads(int count) {
    return new Evaluation(
        files, data, columns, relevance, runtime, count, footprint, gates, progress);
  }

  /** The same with memory and start, each measured in a process of its own, or without. */
  public Evaluation withFootprint(boolean measured) {
    return new Evaluation(
        files, data, columns, relevance, runtime, threads, measured, gates, progress);
  }

  /** The same with bounds: one that could not be judged is told before the work. */
  public Evaluation withGates(Gates bounds) {
    return new Evaluation(
        files, data, columns, relevance, runtime, threads, footprint, bounds, progress);
  }

  /** The same, telling {@code listener} how far it is. */
  public Evaluation withProgress(Progress listener) {
    return new Evaluation(
        files, data, columns, relevance, runtime, threads, footprint, gates, listener);
  }

  /**
   * Asks all files all rows.
   *
   * @throws InvalidInputException if a file or the data cannot be used, or they do not fit together
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public EvaluationReport run() throws IOException {
    return EvaluationRun.of(this);
  }

  /**
   * Reads the data for the files of a checkpoint's folder before there are any, so that what {@link
   * #run} would refuse is told before they are made: columns, rows, labels, bounds. The first file
   * is what others are compared with.
   *
   * @throws InvalidInputException as {@link #run} would
   */
  public void check(Path folder) throws IOException {
    EvaluationRun.check(this, folder);
  }

  List<Path> files() {
    return files;
  }

  DataFile data() {
    return data;
  }

  Columns columns() {
    return columns;
  }

  Optional<Relevance> relevance() {
    return relevance;
  }

  RuntimeOptions runtime() {
    return runtime;
  }

  int threads() {
    return threads;
  }

  boolean footprint() {
    return footprint;
  }

  Gates gates() {
    return gates;
  }

  Progress progress() {
    return progress;
  }
}
