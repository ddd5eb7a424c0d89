package dev.litegraft.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
final class CommonOptions {
  @Option(names = "--json", description = "Results as JSON: one object, or one object a line.")
  private boolean json;

  @Option(names = "--quiet", description = "No notes and no progress.")
  private boolean quiet;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to use; default: as many as there are processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

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
    return threads;
  }
}
