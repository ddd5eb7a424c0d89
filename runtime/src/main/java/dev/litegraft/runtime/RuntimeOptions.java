package dev.litegraft.runtime;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a model is opened.
 *
 * @param threads threads of one call; more than the machine has free cores makes it slower
 * @param interpreters how many calls may run at the same time; each takes memory for the weights
 *     once more
 * @param tokenizer a folder with {@code tokenizer.json}, {@code tokenizer_config.json} and {@code
 *     config.json}, for a file without a tokenizer inside, or in place of the one inside
 */
public record RuntimeOptions(int threads, int interpreters, Optional<Path> tokenizer) {
  private static final int MOST = 256;

  /**
   * @throws IllegalArgumentException if a number is not between 1 and 256
   */
  public RuntimeOptions {
    if (threads < 1 || threads > MOST) {
      throw new IllegalArgumentException("threads must be 1 to " + MOST + ", not " + threads);
    }
    if (interpreters < 1 || interpreters > MOST) {
      throw new IllegalArgumentException(
          "interpreters must be 1 to " + MOST + ", not " + interpreters);
    }
  }

  /** One call at a time, with a thread for each processor, at most four; the file's tokenizer. */
  public static RuntimeOptions defaults() {
    return new RuntimeOptions(
        Math.min(4, Runtime.getRuntime().availableProcessors()), 1, Optional.empty());
  }

  /** The same with another number of threads. */
  public RuntimeOptions threads(int count) {
    return new RuntimeOptions(count, interpreters, tokenizer);
  }

  /** The same with another number of interpreters. */
  public RuntimeOptions interpreters(int count) {
    return new RuntimeOptions(threads, count, tokenizer);
  }

  /** The same with the tokenizer of a folder. */
  public RuntimeOptions tokenizer(Path folder) {
    return new RuntimeOptions(threads, interpreters, Optional.of(folder));
  }
}
