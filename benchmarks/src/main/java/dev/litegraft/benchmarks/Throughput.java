package dev.litegraft.benchmarks;

import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Many texts: one after the other on one interpreter of one thread, and as a stream with what is
 * the default, in turns in one process.
 *
 * <pre>
 * java -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.Throughput TEXTS FILE…
 * </pre>
 *
 * TEXTS has a text a line; FILE is a classifier's, as it is or with a batch.
 */
public final class Throughput {
  private static final int ROUNDS = 5;

  private Throughput() {}

  /** Takes the texts' file and classifiers. */
  public static void main(String... args) throws IOException {
    List<String> texts = Files.readAllLines(Path.of(args[0]));
    for (String file : Arrays.asList(args).subList(1, args.length)) {
      measure(Path.of(file), texts);
    }
  }

  private static void measure(Path file, List<String> texts) throws IOException {
    RuntimeOptions alone = RuntimeOptions.defaults().withThreads(1).withInterpreters(1);
    try (TextClassifier one = TextClassifier.open(file, alone);
        TextClassifier many = TextClassifier.open(file)) {
      Times times =
          Times.of(
              ROUNDS,
              () -> texts.forEach(one::classify),
              () -> {
                try (Stream<?> answers = many.classifyAll(texts.stream())) {
                  check(answers.mapToLong(answer -> 1).sum(), texts.size());
                }
              });
      System.out.printf(
          Locale.ROOT,
          "%s: %d texts; a second one by one %.0f, as a stream %.0f; %.2f times as many, of the best %.2f%n",
          file,
          texts.size(),
          1e3 * texts.size() / Times.median(times.first()),
          1e3 * texts.size() / Times.median(times.second()),
          1 / times.ratio(),
          1 / times.ratioOfBest());
    }
  }

  private static void check(long answers, int texts) {
    if (answers != texts) {
      throw new IllegalStateException(answers + " answers to " + texts + " texts");
    }
  }
}
