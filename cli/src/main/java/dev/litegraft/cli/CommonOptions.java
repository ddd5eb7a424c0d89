package dev.litegraft.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every command understands. */
final class CommonOptions {
  /** More threads than this wait for each other. */
  private static final int USUAL_THREADS = 4;

  @Option(names = "--json", description = "Results as JSON: one object, or one object a line.")
  private boolean json;

  @Option(names = "--quiet", description = "No notes, no progress, no summary of what was made.")
  private boolean quiet;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Threads to use; default: one for each processor, at most " + USUAL_THREADS + ".")
  private @Nullable Integer threads;

  // Read by Litegraft.run, which also needs it where the rest cannot be understood.
  @Option(names = Litegraft.DEBUG, description = "With an error, also print its trace.")
  @SuppressWarnings("unused")
  private boolean debug;

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  int threads() {
    return threads == null
        ? Math.min(USUAL_THREADS, Runtime.getRuntime().availableProcessors())
        : threads;
  }

  /** Whether nobody said how many threads. */
  boolean isUsual() {
    return threads == null;
  }
}
