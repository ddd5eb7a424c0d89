package dev.litegraft.lab.diagnosis;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.lab.verification.FileAsking;
import dev.litegraft.lab.verification.FileContents;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the setting that explains why a file does not answer like a checkpoint.
 *
 * <p>The file is asked some token sequences; then the checkpoint's model is run in the reference,
 * as it is and as each hypothesis would have it, and the hypothesis under which both agree is the
 * diagnosis. Works for any file that takes token ids.
 */
public final class Diagnosis {
  private final Path folder;
  private final Optional<Path> adapter;
  private final Optional<ReadAs> readAs;
  private final Optional<String> task;
  private final Path file;
  private final int threads;
  private final Progress progress;
  private final RuntimeOptions runtime;
  private final boolean layers;

  private Diagnosis(
      Path folder,
      Optional<Path> adapter,
      Optional<ReadAs> readAs,
      Optional<String> task,
      Path file,
      int threads,
      Progress progress,
      RuntimeOptions runtime,
      boolean layers) {
    this.folder = folder;
    this.adapter = adapter;
    this.readAs = readAs;
    this.task = task;
    this.file = file;
    this.threads = threads;
    this.progress = progress;
    this.runtime = runtime;
    this.layers = layers;
  }

  /** Of a checkpoint and a file that should be its model. */
  public static Diagnosis of(Path folder, Path file) {
    int threads = Math.min(8, Runtime.getRuntime().availableProcessors());
    return new Diagnosis(
        folder,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        file,
        threads,
        (tried, about) -> {},
        RuntimeOptions.defaults(),
        false);
  }

  /** The same of a checkpoint with a LoRA adapter merged into it. */
  public Diagnosis withAdapter(Optional<Path> merged) {
    return new Diagnosis(folder, merged, readAs, task, file, threads, progress, runtime, layers);
  }

  /** The same of a folder that is read as a user says. */
  public Diagnosis readingAs(Optional<ReadAs> use) {
    return new Diagnosis(folder, adapter, use, task, file, threads, progress, runtime, layers);
  }

  /** The same of a model whose weights for one of its tasks were taken. */
  public Diagnosis withTask(Optional<String> name) {
    return new Diagnosis(folder, adapter, readAs, name, file, threads, progress, runtime, layers);
  }

  /** The same with this many threads, 1 or more. */
  public Diagnosis withThreads(int count) {
    return new Diagnosis(folder, adapter, readAs, task, file, count, progress, runtime, layers);
  }

  /** The same, opening the file so; of its threads {@link #withThreads} counts. */
  public Diagnosis withRuntime(RuntimeOptions options) {
    return new Diagnosis(folder, adapter, readAs, task, file, threads, progress, options, layers);
  }

  /** The same, which also compares the values inside the file, layer by layer. */
  public Diagnosis withLayers(boolean wanted) {
    return new Diagnosis(folder, adapter, readAs, task, file, threads, progress, runtime, wanted);
  }

  /** Told how many models were tried, of about how many. */
  @FunctionalInterface
  public interface Progress {
    void tried(int count, int ofAbout);
  }

  /** The same, telling {@code listener}. */
  public Diagnosis withProgress(Progress listener) {
    return new Diagnosis(folder, adapter, readAs, task, file, threads, listener, runtime, layers);
  }

  /**
   * Runs the search.
   *
   * @throws dev.litegraft.error.InvalidInputException if the checkpoint or the file cannot be used:
   *     a file without the inputs of a text model, or damaged
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native runtime for this
   *     machine
   * @throws IOException if one of them cannot be read
   */
  public DiagnosisReport run() throws IOException {
    long begin = System.nanoTime();
    try (TfliteReader reader = TfliteReader.open(file);
        Checkpoint checkpoint = FileAsking.open(reader, folder, adapter, readAs, task);
        RawModel model = FileContents.open(file, reader, runtime.withThreads(threads))) {
      DiagnosedFile diagnosed = new DiagnosedFile(checkpoint, reader, model, threads);
      return new DiagnosisRun(diagnosed, threads, progress, layers, begin).report();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
