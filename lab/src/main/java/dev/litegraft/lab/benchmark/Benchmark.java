package dev.litegraft.lab.benchmark;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures files beside each other: in each round every file answers in turn, so that what else the
 * machine does slows all of them.
 */
public final class Benchmark {
  /** Told how far a benchmark is. */
  @FunctionalInterface
  public interface Progress {
    /** {@code done} of {@code total} steps are behind it. */
    void at(long done, long total);
  }

  /** What is measured where nothing else is asked, as far as the files take so many. */
  public static final List<Integer> USUAL_TOKENS = List.of(8, 16, 32, 64, 128, 512);

  private static final int USUAL_ROUNDS = 7;

  private final List<Path> files;
  private final RuntimeOptions runtime;
  private final List<Integer> tokens;
  private final List<Integer> threads;
  private final int rounds;
  private final Progress progress;

  private Benchmark(
      List<Path> files,
      RuntimeOptions runtime,
      List<Integer> tokens,
      List<Integer> threads,
      int rounds,
      Progress progress) {
    this.files = files;
    this.runtime = runtime;
    this.tokens = tokens;
    this.threads = threads;
    this.rounds = rounds;
    this.progress = progress;
  }

  /**
   * Of files, the first of which the others are compared with; on one thread, and on as many as
   * {@link RuntimeOptions#defaults()} has.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Benchmark of(List<Path> files) {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no files");
    }
    RuntimeOptions usual = RuntimeOptions.defaults();
    List<Integer> threads = usual.threads() == 1 ? List.of(1) : List.of(1, usual.threads());
    return new Benchmark(
        List.copyOf(files), usual, USUAL_TOKENS, threads, USUAL_ROUNDS, (done, total) -> {});
  }

  /** The same with files that are opened otherwise; threads are those of {@link #withThreads}. */
  public Benchmark withRuntime(RuntimeOptions options) {
    return new Benchmark(files, options, tokens, threads, rounds, progress);
  }

  /**
   * The same at these numbers of tokens; those that no file takes are left out.
   *
   * @throws IllegalArgumentException if there are none, or one is not positive
   */
  public Benchmark withTokens(List<Integer> counts) {
    return new Benchmark(files, runtime, positive(counts), threads, rounds, progress);
  }

  /**
   * The same at these numbers of threads.
   *
   * @throws IllegalArgumentException if there are none, or one is not positive
   */
  public Benchmark withThreads(List<Integer> counts) {
    return new Benchmark(files, runtime, tokens, positive(counts), rounds, progress);
  }

  /**
   * The same with so many rounds.
   *
   * @throws IllegalArgumentException if there is not at least one
   */
  public Benchmark withRounds(int count) {
    return new Benchmark(
        files, runtime, tokens, threads, positive(List.of(count)).get(0), progress);
  }

  /** The same, telling {@code listener} how far it is. */
  public Benchmark withProgress(Progress listener) {
    return new Benchmark(files, runtime, tokens, threads, rounds, listener);
  }

  private static List<Integer> positive(List<Integer> counts) {
    if (counts.isEmpty() || counts.stream().anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException("numbers from 1 on are needed, not " + counts);
    }
    return counts.stream().distinct().sorted().toList();
  }

  /**
   * Measures.
   *
   * @throws InvalidInputException if a file cannot be used, or takes none of the numbers of tokens
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public BenchmarkReport run() throws IOException {
    return BenchmarkRun.of(this);
  }

  List<Path> files() {
    return files;
  }

  RuntimeOptions runtime() {
    return runtime;
  }

  List<Integer> tokens() {
    return tokens;
  }

  List<Integer> threads() {
    return threads;
  }

  int rounds() {
    return rounds;
  }

  Progress progress() {
    return progress;
  }
}
