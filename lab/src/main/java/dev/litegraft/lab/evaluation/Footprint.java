package dev.litegraft.lab.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What a process of its own needs to open a file and to answer once: nothing else is in its memory,
 * and nothing is warm.
 *
 * @param startMilliseconds from the beginning of opening the file to the first answer, of {@value
 *     #TOKENS} tokens
 * @param peakBytes the most memory of the process, the Java machine included; absent where the
 *     system does not say it
 */
public record Footprint(double startMilliseconds, OptionalLong peakBytes) {
  private static final int TOKENS = 16;
  private static final long PATIENCE_SECONDS = 120;
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Measures a file; absent where no such process can be started. */
  static Optional<Footprint> of(Path file, RuntimeOptions options) throws IOException {
    Optional<String> java = ProcessHandle.current().info().command();
    String classes = System.getProperty("java.class.path", "");
    if (java.isEmpty() || classes.isEmpty()) {
      return Optional.empty();
    }
    try (TemporaryFolder folder = TemporaryFolder.of("footprint")) {
      Path result = folder.resolve("result.txt");
      Process process =
          new ProcessBuilder(
                  List.of(
                      java.get(),
                      "-XX:TieredStopAtLevel=1",
                      "-cp",
                      classes,
                      Footprint.class.getName(),
                      file.toAbsolutePath().toString(),
                      result.toString(),
                      Integer.toString(options.threads()),
                      Boolean.toString(options.trust())))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return Optional.empty();
      }
      return process.exitValue() == 0 ? read(Files.readAllLines(result, UTF_8)) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static Optional<Footprint> read(List<String> lines) {
    return lines.size() != 2
        ? Optional.empty()
        : Optional.of(
            new Footprint(
                Double.parseDouble(lines.get(0)),
                lines.get(1).isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(lines.get(1)))));
  }

  /** The process: opens a file, answers once, and writes what that took. */
  public static void main(String[] args) throws IOException {
    RuntimeOptions options =
        RuntimeOptions.defaults()
            .withThreads(Integer.parseInt(args[2]))
            .withTrust(Boolean.parseBoolean(args[3]));
    long begin = System.nanoTime();
    try (RawModel model = RawModel.open(Path.of(args[0]), options)) {
      int[] ids = new int[Math.min(TOKENS, model.maxLength().orElse(TOKENS))];
      java.util.Arrays.fill(ids, 1);
      model.run(ids, null, null);
      double milliseconds = (System.nanoTime() - begin) / 1e6;
      Files.writeString(Path.of(args[1]), milliseconds + "\n" + peak() + "\n", UTF_8);
    }
  }

  private static String peak() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return "";
    }
    return Files.readAllLines(STATUS, UTF_8).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> Long.toString(Long.parseLong(line.replaceAll("\\D", "")) * 1024))
        .findFirst()
        .orElse("");
  }
}
