package dev.litegraft.benchmarks;

import dev.litegraft.lab.evaluation.Footprint;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From opening a file to its first answer, and the memory after it, in processes that start in
 * turns, one thread each: of a library's user, without an archive of classes.
 *
 * <pre>
 * java -cp "benchmarks/target/classes:$(cat benchmarks/target/classpath.txt)" \
 *   dev.litegraft.benchmarks.Starts FILE…
 * </pre>
 */
public final class Starts {
  private static final int ROUNDS = 7;

  /** Openings of a process that is warm, those that count being the last. */
  private static final int OPENINGS = 20;

  private static final int COUNTED = 14;
  private static final long LOADING_MILLISECONDS = 1500;
  private static final String MARK = "start ";

  /** How a file is opened. */
  private enum Way {
    FRESH("fresh process"),
    LOADED("the same, native library loaded before"),
    KEPT("fresh process, packed weights kept on disk"),
    SERIAL("the same, -XX:+UseSerialGC -Xms16m"),
    WARM("warm process"),
    WARM_KEPT("warm process, packed weights kept on disk");

    final String words;

    Way(String words) {
      this.words = words;
    }

    boolean keeps() {
      return this == KEPT || this == SERIAL || this == WARM_KEPT;
    }

    boolean isWarm() {
      return this == WARM || this == WARM_KEPT;
    }

    List<String> options() {
      return this == SERIAL ? List.of("-XX:+UseSerialGC", "-Xms16m") : List.of();
    }
  }

  private Starts() {}

  /** Takes files; or, of a process that this one starts, a way, a file and a folder. */
  public static void main(String... args) throws Exception {
    if (args.length == 3 && args[0].startsWith(MARK)) {
      child(Way.valueOf(args[0].substring(MARK.length())), Path.of(args[1]), Path.of(args[2]));
      return;
    }
    for (String file : args) {
      measure(Path.of(file));
    }
  }

  private static void measure(Path file) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("starts");
    try {
      Map<Way, List<double[]>> seen = new EnumMap<>(Way.class);
      started(Way.KEPT, file, folder); // keeps what the others find
      for (int round = 0; round < ROUNDS; round++) {
        for (Way way : Way.values()) {
          seen.computeIfAbsent(way, key -> new ArrayList<>()).add(started(way, file, folder));
        }
      }
      System.out.printf(
          Locale.ROOT, "%s%n%-44s %24s %9s %7s%n", file, "", "ms", "resident", "peak");
      seen.forEach(Starts::print);
    } finally {
      try (var files = Files.list(folder)) {
        for (Path one : files.toList()) {
          Files.delete(one);
        }
      }
      Files.delete(folder);
    }
  }

  private static void print(Way way, List<double[]> numbers) {
    double[] times = sorted(numbers, 0);
    System.out.printf(
        Locale.ROOT,
        "%-44s %8.0f [%6.0f, %6.0f] %6.0f MB %4.0f MB%n",
        way.words,
        Times.median(times),
        times[0],
        times[times.length - 1],
        Times.median(sorted(numbers, 1)),
        Times.median(sorted(numbers, 2)));
  }

  private static double[] sorted(List<double[]> numbers, int at) {
    return numbers.stream().mapToDouble(each -> each[at]).sorted().toArray();
  }

  /** Milliseconds, and megabytes of a million bytes: after the answer, and at most until then. */
  private static double[] started(Way way, Path file, Path folder)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(way.options());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Starts.class.getName(), MARK + way.name()));
    command.addAll(List.of(file.toString(), folder.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0 || !said.contains(MARK)) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    String numbers = said.substring(said.lastIndexOf(MARK) + MARK.length()).strip();
    return Arrays.stream(numbers.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static void child(Way way, Path file, Path folder)
      throws IOException, InterruptedException {
    RuntimeOptions usual = RuntimeOptions.defaults().withThreads(1);
    RuntimeOptions options = way.keeps() ? usual.withPackedWeights(folder) : usual;
    if (way == Way.LOADED) {
      RawModel.prepare();
      Thread.sleep(LOADING_MILLISECONDS);
    }
    Footprint last = Footprint.here(file, options);
    double milliseconds = last.startMilliseconds();
    if (way.isWarm()) {
      double[] times = new double[OPENINGS];
      for (int i = 0; i < OPENINGS; i++) {
        last = Footprint.here(file, options);
        times[i] = last.startMilliseconds();
      }
      double[] counted = Arrays.copyOfRange(times, OPENINGS - COUNTED, OPENINGS);
      Arrays.sort(counted);
      milliseconds = Times.median(counted);
    }
    System.out.printf(
        Locale.ROOT,
        "%s%.3f %.1f %.1f%n",
        MARK,
        milliseconds,
        last.residentBytes().orElse(0) / 1e6,
        last.peakBytes().orElse(0) / 1e6);
  }
}
