package dev.litegraft.lab.verification;

import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.inspection.ProbeTexts;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Proves that a file answers like its checkpoint, or shows where it does not: the file under LiteRT
 * beside the checkpoint under textbook formulas.
 *
 * <pre>{@code
 * VerificationReport report =
 *     Verification.of(Path.of("my-checkpoint"), Path.of("classifier.tflite")).run();
 * }</pre>
 *
 * <p>How much is asked depends on the size of the model: about 130 tokens of a model with 135
 * million parameters after a conversion, seven times as many otherwise.
 */
public final class Verification {
  /** Multiplications that the reference may take: some ten seconds on two cores. */
  private static final long FULL_BUDGET = 105_000_000_000L;

  private static final long BRIEF_BUDGET = FULL_BUDGET / 7;

  /** Told how far a verification is. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} tokens were compared. */
    void at(long done, long total);
  }

  private final Path folder;
  private final Path file;
  private final Optional<Path> adapter;
  private final Optional<ReadAs> readAs;
  private final Optional<String> task;
  private final List<String> texts;
  private final int threads;
  private final boolean brief;
  private final Progress progress;
  private final RuntimeOptions runtime;
  private final boolean strict;

  private Verification(
      Path folder,
      Optional<Path> adapter,
      Optional<ReadAs> readAs,
      Optional<String> task,
      Path file,
      List<String> texts,
      int threads,
      boolean brief,
      Progress progress,
      RuntimeOptions runtime,
      boolean strict) {
    this.folder = folder;
    this.adapter = adapter;
    this.readAs = readAs;
    this.task = task;
    this.file = file;
    this.texts = List.copyOf(texts);
    this.threads = threads;
    this.brief = brief;
    this.progress = progress;
    this.runtime = runtime;
    this.strict = strict;
  }

  /** A verification of a file against the checkpoint in {@code folder}. */
  public static Verification of(Path folder, Path file) {
    int threads = Math.min(4, Runtime.getRuntime().availableProcessors());
    return new Verification(
        folder,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        file,
        ProbeTexts.ALL,
        threads,
        false,
        (done, total) -> {},
        RuntimeOptions.defaults(),
        false);
  }

  /** The same of a checkpoint with a LoRA adapter merged into it. */
  public Verification withAdapter(Optional<Path> merged) {
    return new Verification(
        folder, merged, readAs, task, file, texts, threads, brief, progress, runtime, strict);
  }

  /** The same of a folder that is read as a user says. */
  public Verification readingAs(Optional<ReadAs> use) {
    return new Verification(
        folder, adapter, use, task, file, texts, threads, brief, progress, runtime, strict);
  }

  /** The same of a model whose weights for one of its tasks were taken. */
  public Verification withTask(Optional<String> name) {
    return new Verification(
        folder, adapter, readAs, name, file, texts, threads, brief, progress, runtime, strict);
  }

  /** The same of another file. */
  Verification ofFile(Path other) {
    return new Verification(
        folder, adapter, readAs, task, other, texts, threads, brief, progress, runtime, strict);
  }

  /** The same with these texts in the place of the built-in ones; the first count most. */
  public Verification withTexts(List<String> others) {
    return new Verification(
        folder, adapter, readAs, task, file, others, threads, brief, progress, runtime, strict);
  }

  /** The same with this many threads, 1 or more. */
  public Verification withThreads(int count) {
    return new Verification(
        folder, adapter, readAs, task, file, texts, count, brief, progress, runtime, strict);
  }

  /** The same, asking little: a seventh of the tokens. */
  public Verification asBrief() {
    return new Verification(
        folder, adapter, readAs, task, file, texts, threads, true, progress, runtime, strict);
  }

  /** The same, opening the file so; of its threads {@link #withThreads} counts. */
  public Verification withRuntime(RuntimeOptions options) {
    return new Verification(
        folder, adapter, readAs, task, file, texts, threads, brief, progress, options, strict);
  }

  /**
   * The same, in which a file of another tool has to read rows that no tokenizer of the folder
   * makes (padded on the other side, with the pad token inside) as the checkpoint does, too. Files
   * of ours always have to.
   */
  public Verification asStrict() {
    return new Verification(
        folder, adapter, readAs, task, file, texts, threads, brief, progress, runtime, true);
  }

  /** The same, telling {@code listener} how far it is. */
  public Verification withProgress(Progress listener) {
    return new Verification(
        folder, adapter, readAs, task, file, texts, threads, brief, listener, runtime, strict);
  }

  /**
   * Compares.
   *
   * @throws dev.litegraft.error.InvalidInputException if the checkpoint or the file cannot be used:
   *     a file of another kind, without the inputs of a text model, or damaged
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native runtime for this
   *     machine
   * @throws IOException if a file cannot be read
   */
  public VerificationReport run() throws IOException {
    long begin = System.nanoTime();
    try (TfliteReader reader = TfliteReader.open(file);
        Checkpoint checkpoint = FileAsking.open(reader, folder, adapter, readAs, task);
        RawModel model = FileContents.open(file, reader, runtime.withThreads(threads))) {
      VerificationRun run =
          new VerificationRun(checkpoint, reader, model, PlainLayers.of(threads), threads, strict);
      return run.report(file, texts, brief ? BRIEF_BUDGET : FULL_BUDGET, progress, begin);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
