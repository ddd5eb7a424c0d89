package dev.litegraft.cli;

import dev.litegraft.runtime.RuntimeOptions;
import picocli.CommandLine.Option;

/** How a .tflite file is opened. */
final class FileOptions {
  static final String TRUST = "--trust";

  @Option(
      names = TRUST,
      description =
          "Run a file that the table of operators does not vouch for. Only for files whose maker you"
              + " trust.")
  private boolean trust;

  @Option(
      names = "--in-memory",
      description =
          "Read the file into memory as a whole: it may then be overwritten or cut while it is"
              + " used.")
  private boolean inMemory;

  RuntimeOptions runtime(CommonOptions common) {
    return RuntimeOptions.defaults()
        .withThreads(common.threads())
        .withTrust(trust)
        .withInMemory(inMemory);
  }
}
