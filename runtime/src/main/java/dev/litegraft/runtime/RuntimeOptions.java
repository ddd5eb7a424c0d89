package dev.litegraft.runtime;

import dev.litegraft.facts.ModelFacts;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a model is opened.
 *
 * @param threads threads of one call; more than the machine has free cores makes it slower
 * @param measured whether one thread answers where that is as fast, which is found out over the
 *     first calls and from time to time; only where interpreters can share the weights
 * @param interpreters how many calls may run at the same time; each takes memory for the weights
 *     once more
 * @param tokenizer a folder with {@code tokenizer.json} and {@code tokenizer_config.json}, for a
 *     file without a tokenizer inside, or in place of the one inside
 * @param facts what is known of the model of a file that says nothing of itself, as far as it is
 *     known; what the file says counts before. The converter's {@code CheckpointFacts} reads them
 *     out of a checkpoint's folder
 * @param trust whether a file runs that {@link dev.litegraft.operator.OperatorTable} does not vouch
 *     for. Native code then takes the file's word for its sizes and indices, in this process: a
 *     damaged or hostile one can end the JVM, write anywhere in its memory, and answer with what it
 *     finds there. For files of your own only
 * @param inMemory whether the file is read into memory as a whole, so that nothing that happens to
 *     it later reaches the model; small files always are
 * @param plainText whether special tokens that are written in a text, as {@code [SEP]}, are text
 *     like any other; else they count as such, as in transformers
 * @param packedWeights a folder in which the weights of files from 16 MiB on are kept as the fast
 *     kernels read them (half the time to open such a file, and memory that interpreters and
 *     processes share); absent where they are packed in memory. Where they cannot be kept, this has
 *     no effect
 */
public record RuntimeOptions(
    int threads,
    boolean measured,
    int interpreters,
    Optional<Path> tokenizer,
    Optional<ModelFacts> facts,
    boolean trust,
    boolean inMemory,
    boolean plainText,
    Optional<Path> packedWeights) {
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

  /** One call at a time, with one thread or two, as is measured; the file's tokenizer. */
  public static RuntimeOptions defaults() {
    return new RuntimeOptions(
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        true,
        1,
        Optional.empty(),
        Optional.empty(),
        false,
        false,
        false,
        Optional.empty());
  }

  /** The same with this number of threads, whatever is faster. */
  public RuntimeOptions withThreads(int count) {
    return new RuntimeOptions(
        count, false, interpreters, tokenizer, facts, trust, inMemory, plainText, packedWeights);
  }

  /** The same with one thread or this many, as is measured; see {@link #measured()}. */
  public RuntimeOptions withMeasuredThreads(int most) {
    return new RuntimeOptions(
        most, true, interpreters, tokenizer, facts, trust, inMemory, plainText, packedWeights);
  }

  /** The same with another number of interpreters. */
  public RuntimeOptions withInterpreters(int count) {
    return new RuntimeOptions(
        threads, measured, count, tokenizer, facts, trust, inMemory, plainText, packedWeights);
  }

  /** The same with the tokenizer of a folder. */
  public RuntimeOptions withTokenizer(Path folder) {
    return new RuntimeOptions(
        threads,
        measured,
        interpreters,
        Optional.of(folder),
        facts,
        trust,
        inMemory,
        plainText,
        packedWeights);
  }

  /** The same with what is known of the model. */
  public RuntimeOptions withFacts(ModelFacts known) {
    return new RuntimeOptions(
        threads,
        measured,
        interpreters,
        tokenizer,
        Optional.of(known),
        trust,
        inMemory,
        plainText,
        packedWeights);
  }

  /** The same with a file that is trusted, or not; see {@link #trust()}. */
  public RuntimeOptions withTrust(boolean trusted) {
    return new RuntimeOptions(
        threads,
        measured,
        interpreters,
        tokenizer,
        facts,
        trusted,
        inMemory,
        plainText,
        packedWeights);
  }

  /** The same with a file that is read into memory, or not; see {@link #inMemory()}. */
  public RuntimeOptions withInMemory(boolean whole) {
    return new RuntimeOptions(
        threads, measured, interpreters, tokenizer, facts, trust, whole, plainText, packedWeights);
  }

  /** The same with texts in which special tokens are text, or not; see {@link #plainText()}. */
  public RuntimeOptions withPlainText(boolean plain) {
    return new RuntimeOptions(
        threads, measured, interpreters, tokenizer, facts, trust, inMemory, plain, packedWeights);
  }

  /**
   * The same with packed weights that are kept in this folder; see {@link #packedWeights()}. It
   * should be one of its own: in it files come and go that are called {@code HASH-SUM.packed},
   * {@code HASH.seen} and {@code UUID.begun}. Those go that were used the longest ago, beyond 4 GiB
   * of packed weights together, hashes that are older than 90 days, and what a killed process left;
   * files of other names stay. It is made if it is not there. One that is there keeps its mode, and
   * is not used where others than its owner may write to it.
   */
  public RuntimeOptions withPackedWeights(Path folder) {
    return new RuntimeOptions(
        threads,
        measured,
        interpreters,
        tokenizer,
        facts,
        trust,
        inMemory,
        plainText,
        Optional.of(folder.toAbsolutePath()));
  }

  /**
   * Where programs of this user keep what they can make again, for {@link #withPackedWeights}: a
   * folder of this project in it; absent where that is not known.
   */
  public static Optional<Path> usualPackedWeights() {
    String cache = System.getenv("XDG_CACHE_HOME");
    String home = System.getProperty("user.home", "");
    Path above = cache == null || cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache);
    return Optional.of(above.resolve("litegraft").resolve("packed")).filter(Path::isAbsolute);
  }
}
