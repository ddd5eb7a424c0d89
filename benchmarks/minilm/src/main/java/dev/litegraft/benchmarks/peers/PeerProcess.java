package dev.litegraft.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The process of one engine: reads a command a line, and answers it by a line. Between commands it
 * waits and computes nothing.
 */
final class PeerProcess {
  /** What its lines begin with: libraries may print others. */
  static final String MARK = "peer ";

  private static final int FEWEST_CALLS = 2;

  /** An output of more numbers a token is the tokens' vectors. */
  private static final int MOST_LABELS = 100;

  private final Engine engine;
  private final PrintStream out;

  private PeerProcess(Engine engine, PrintStream out) {
    this.engine = engine;
    this.out = out;
  }

  /** Takes the engine's kind, its file and the number of threads. */
  public static void main(String... args) throws Exception {
    PeerKind kind = PeerKind.valueOf(args[0]);
    try (Engine engine = kind.open(Path.of(args[1]), Integer.parseInt(args[2]))) {
      PeerProcess process = new PeerProcess(engine, System.out);
      process.say(engine.version());
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        process.obey(line.split(" ", -1));
      }
    }
  }

  private void say(String line) {
    out.println(MARK + line);
    out.flush();
  }

  /** {@code row TOKENS VOCABULARY MS}, {@code numbers TOKENS VOCABULARY}, or {@code texts FILE}. */
  private void obey(String... words) throws Exception {
    switch (words[0]) {
      case "row" -> {
        int[] ids = ids(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        say(text(times(ids, Long.parseLong(words[3]) * 1_000_000)));
      }
      case "numbers" -> {
        int[] ids = ids(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        say(text(oneVector(engine.answer(ids), ids.length)));
      }
      case "texts" -> say(text(texts(Files.readAllLines(Path.of(words[1]), UTF_8))));
      default -> throw new IllegalArgumentException(Arrays.toString(words));
    }
  }

  private static String text(double[] numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> String.format(Locale.ROOT, "%.6g", number))
        .collect(Collectors.joining(" "));
  }

  private static int[] ids(int tokens, int vocabulary) {
    int[] ids = new int[tokens];
    Arrays.setAll(ids, i -> 3 + i * 7919 % (vocabulary - 3));
    return ids;
  }

  /** Milliseconds of calls for a while; the first is not counted: caches are another's then. */
  private double[] times(int[] ids, long nanoseconds) throws Exception {
    engine.answer(ids);
    double[] times = new double[FEWEST_CALLS];
    int calls = 0;
    long begin = System.nanoTime();
    long now = begin;
    while (calls < FEWEST_CALLS || now - begin < nanoseconds) {
      engine.answer(ids);
      long end = System.nanoTime();
      if (calls == times.length) {
        times = Arrays.copyOf(times, 2 * calls);
      }
      times[calls++] = (end - now) / 1e6;
      now = end;
    }
    return Arrays.copyOf(times, calls);
  }

  /** Milliseconds a text, of all of them one by one. */
  private double[] texts(List<String> texts) throws Exception {
    long begin = System.nanoTime();
    for (String text : texts) {
      engine.embed(text);
    }
    return new double[] {(System.nanoTime() - begin) / 1e6 / texts.size()};
  }

  /** An encoder's vectors of tokens as their mean of length 1; other outputs as they are. */
  private static double[] oneVector(float[] numbers, int tokens) {
    int width = numbers.length / tokens;
    boolean perToken = numbers.length % tokens == 0 && width > MOST_LABELS;
    double[] vector = new double[perToken ? width : numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      vector[i % vector.length] += numbers[i];
    }
    if (perToken) {
      double length = Math.sqrt(Arrays.stream(vector).map(x -> x * x).sum());
      Arrays.setAll(vector, i -> vector[i] / length);
    }
    return vector;
  }
}
