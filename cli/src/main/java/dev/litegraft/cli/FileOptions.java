package dev.litegraft.cli;

import dev.litegraft.runtime.RuntimeOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a .tflite file is opened. */
final class FileOptions {
  static final String TRUST = "--trust";

  /** A variable of the environment: a folder for packed weights, or {@code off}. */
  static final String PACKED = "LITEGRAFT_PACKED_WEIGHTS";

  @Option(
      names = TRUST,
      description =
          "Run a file that the table of operators does not vouch for. Only for files whose maker"
              + " you trust.")
  private boolean trust;

  @Option(
      names = "--in-memory",
      description =
          "Read the file into memory as a whole: it may then be overwritten or cut while it is"
              + " used.")
  private boolean inMemory;

  /**
   * For commands that ask a file, each time anew: its packed weights are kept, and one thread
   * answers where that is faster.
   */
  RuntimeOptions asking(CommonOptions common, Map<String, String> environment) {
    RuntimeOptions options =
        common.isUsual() ? runtime(common).withMeasuredThreads(common.threads()) : runtime(common);
    String folder = environment.getOrDefault(PACKED, "");
    if (folder.equals("off")) {
      return options;
    }
    return (folder.isEmpty() ? RuntimeOptions.usualPackedWeights() : Optional.of(Path.of(folder)))
        .map(options::withPackedWeights)
        .orElse(options);
  }

  RuntimeOptions runtime(CommonOptions common) {
    return RuntimeOptions.defaults()
        .withThreads(common.threads())
        .withTrust(trust)
        .withInMemory(inMemory);
  }
}
