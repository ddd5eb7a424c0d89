package dev.litegraft.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The process of one engine: reads a command a line, and answers it by a line. Between commands it
 * waits and computes nothing.
 */
final class PeerProcess {
  /** What its lines begin with: libraries may print others. */
  static final String MARK = "peer ";

  private PeerProcess() {}

  /** Takes the engine's kind, its file and the number of threads. */
  public static void main(String... args) throws Exception {
    PeerKind kind = PeerKind.valueOf(args[0]);
    try (Engine engine = kind.open(Path.of(args[1]), Integer.parseInt(args[2]))) {
      say(engine.version());
      BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        say(text(engine.obey(line.split(" ", -1))));
      }
    }
  }

  private static void say(String line) {
    System.out.println(MARK + line);
    System.out.flush();
  }

  private static String text(double[] numbers) {
    return Arrays.stream(numbers)
        .mapToObj(number -> String.format(Locale.ROOT, "%.6g", number))
        .collect(Collectors.joining(" "));
  }
}
