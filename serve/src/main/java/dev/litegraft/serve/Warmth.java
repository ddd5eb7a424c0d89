package dev.litegraft.serve;

import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Texts that a model is asked about before it is served: it compiles the code, reads the weights,
 * and lets the runtime find out which way of many texts is the faster one, which it does with the
 * first 64.
 */
final class Warmth {
  private static final int TEXTS = 128;
  private static final long MOST_NANOSECONDS = 10_000_000_000L;

  private Warmth() {}

  /** Asks about a text, and if that is fast enough about many. */
  static void warm(Consumer<String> one, Function<Stream<String>, Stream<?>> many) {
    one.accept(text(8));
    long begin = System.nanoTime();
    one.accept(text(8));
    if ((System.nanoTime() - begin) * TEXTS < MOST_NANOSECONDS) {
      Stream<String> texts = IntStream.range(0, TEXTS).mapToObj(i -> text(4 + i % 8));
      try (Stream<?> answers = many.apply(texts)) {
        answers.forEach(answer -> {});
      }
    }
  }

  private static String text(int words) {
    return "1 ".repeat(words).strip();
  }
}
