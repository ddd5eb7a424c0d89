package dev.litegraft.lab.evaluation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.facts.Task;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TokenClassifier;
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
 * @param startMilliseconds from the beginning of opening the file to the first answer: to a text,
 *     where the file has a tokenizer, else to {@value #TOKENS} tokens
 * @param residentBytes memory of the process after the answer, the Java machine included; absent
 *     where the system does not say it
 * @param peakBytes the most that it had until then
 */
public record Footprint(
    double startMilliseconds, OptionalLong residentBytes, OptionalLong peakBytes) {
  private static final int TOKENS = 16;
  private static final String TEXT = "What a machine needs for one answer is said of this text.";
  private static final long PATIENCE_SECONDS = 120;
  private static final Path STATUS = Path.of("/proc/self/status");

  /** Measures a file; absent where no such process can be started. */
  public static Optional<Footprint> of(Path file, RuntimeOptions options) throws IOException {
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
                      "-cp",
                      classes,
                      Footprint.class.getName(),
                      file.toAbsolutePath().toString(),
                      result.toString(),
                      Integer.toString(options.threads()),
                      Boolean.toString(options.trust()),
                      Boolean.toString(options.inMemory())))
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
    return lines.size() != 3
        ? Optional.empty()
        : Optional.of(
            new Footprint(
                Double.parseDouble(lines.get(0)), bytes(lines.get(1)), bytes(lines.get(2))));
  }

  private static OptionalLong bytes(String line) {
    return line.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(line));
  }

  /**
   * Opens a file in this process, as its users do, and answers once.
   *
   * @return milliseconds from the beginning of opening to the answer
   */
  public static double firstAnswer(Path file, RuntimeOptions options) throws IOException {
    return here(file, options).startMilliseconds();
  }

  /** Of this process, whatever else it did before; the file is still open when memory is read. */
  public static Footprint here(Path file, RuntimeOptions options) throws IOException {
    long begin = System.nanoTime();
    RawModel model = RawModel.open(file, options);
    Task task = model.hasTokenizer() ? model.task().orElse(null) : null;
    if (task == Task.SEQUENCE_CLASSIFICATION) {
      try (TextClassifier classifier = TextClassifier.of(model)) {
        classifier.classify(TEXT);
        return since(begin);
      }
    }
    if (task == Task.TOKEN_CLASSIFICATION) {
      try (TokenClassifier classifier = TokenClassifier.of(model)) {
        classifier.classify(TEXT);
        return since(begin);
      }
    }
    if (task == Task.EMBEDDING) {
      try (TextEmbedder embedder = TextEmbedder.of(model)) {
        embedder.embed(TEXT);
        return since(begin);
      }
    }
    try (model) {
      int[] ids = new int[Math.min(TOKENS, model.maxLength().orElse(TOKENS))];
      java.util.Arrays.fill(ids, 1);
      model.run(ids, null, null);
      return since(begin);
    }
  }

  private static Footprint since(long begin) throws IOException {
    double milliseconds = (System.nanoTime() - begin) / 1e6;
    return new Footprint(milliseconds, bytes(status("VmRSS:")), bytes(status("VmHWM:")));
  }

  /** The process: opens a file, answers once, and writes what that took. */
  public static void main(String[] args) throws IOException {
    RuntimeOptions options =
        RuntimeOptions.defaults()
            .withThreads(Integer.parseInt(args[2]))
            .withTrust(Boolean.parseBoolean(args[3]))
            .withInMemory(Boolean.parseBoolean(args[4]));
    Footprint own = here(Path.of(args[0]), options);
    String lines = own.startMilliseconds + "\n" + text(own.residentBytes) + "\n";
    Files.writeString(Path.of(args[1]), lines + text(own.peakBytes) + "\n", UTF_8);
  }

  private static String text(OptionalLong bytes) {
    return bytes.isPresent() ? Long.toString(bytes.getAsLong()) : "";
  }

  private static String status(String name) throws IOException {
    if (!Files.isReadable(STATUS)) {
      return "";
    }
    return Files.readAllLines(STATUS, UTF_8).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> Long.toString(Long.parseLong(line.replaceAll("\\D", "")) * 1024))
        .findFirst()
        .orElse("");
  }
}
