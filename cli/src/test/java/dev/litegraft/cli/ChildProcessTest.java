package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code if-self} exhausts the native stack, {@code split-0} reads where nothing is, {@code
 * endless} turns in a WHILE, and {@code hungry} has a state of 800 MB that nothing reads.
 */
class ChildProcessTest {
  private static final Path CHECKPOINT = Path.of("../examples/ko-movie-reviews-bert");

  @TempDir Path folder;

  private record Ended(int code, String out, List<String> errors) {}

  /** In a folder of its own, in which nothing may be left. */
  private Ended run(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Path work = Files.createDirectories(folder.resolve("work"));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Litegraft.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(600, TimeUnit.SECONDS)).isTrue();
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
    return new Ended(
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readAllLines(err, StandardCharsets.UTF_8));
  }

  private static String file(String name) throws URISyntaxException {
    return Path.of(
            Objects.requireNonNull(ChildProcessTest.class.getResource("/hostile/" + name)).toURI())
        .toString();
  }

  private String rows() throws IOException {
    return Files.writeString(folder.resolve("rows.jsonl"), "{\"input_ids\":[1,2,3,4,5,6,7,8]}")
        .toString();
  }

  private static void assertRefused(Ended ended, String what) {
    assertThat(ended.code()).isEqualTo(ExitCode.INPUT);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.errors()).hasSize(3);
    assertThat(ended.errors().get(0)).startsWith("error: " + what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"if-self", "split-0"})
  void theDeathOfTrustedNativeCodeIsAnErrorOfThreeLines(String name)
      throws IOException, InterruptedException, URISyntaxException {
    Ended ended = run(Map.of(), "run", file(name + ".tflite"), "--input", rows(), "--trust");
    assertRefused(ended, "the native runtime ended its process on the file: signal ");
    assertThat(ended.errors().get(1)).startsWith("where: run /").endsWith(" --trust");
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "diagnose"})
  void soItIsOfCommandsThatCompareTheFile(String command)
      throws IOException, InterruptedException, URISyntaxException {
    String checkpoint = CHECKPOINT.toAbsolutePath().toString();
    Ended ended = run(Map.of(), command, checkpoint, file("split-0.tflite"), "--trust");
    assertRefused(ended, "the native runtime ended its process on the file: signal ");
  }

  @Test
  void inspectRunsNothingAndTakesTheOptionAllTheSame()
      throws IOException, InterruptedException, URISyntaxException {
    Ended ended = run(Map.of(), "inspect", file("split-0.tflite"), "--trust");
    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.out()).contains("SPLIT");
    assertThat(ended.errors()).isEmpty();
  }

  @Test
  void whatNeverEndsIsEnded() throws IOException, InterruptedException, URISyntaxException {
    Ended ended =
        run(
            Map.of("LITEGRAFT_TRUST_SECONDS", "3"),
            "run",
            file("endless.tflite"),
            "--input",
            rows(),
            "--trust");
    assertRefused(ended, "the native runtime did not end within 3 seconds");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatTakesTooMuchMemoryIsEnded()
      throws IOException, InterruptedException, URISyntaxException {
    // The heap is no part of it: the file's state is native memory.
    Ended ended =
        run(
            Map.of("LITEGRAFT_TRUST_MEGABYTES", "500"),
            "run",
            file("hungry.tflite"),
            "--input",
            rows(),
            "--trust");
    assertRefused(ended, "the native runtime took ");
    assertThat(ended.errors().get(0)).endsWith(" MB, of 500 that it may take");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LITEGRAFT_TRUST_SECONDS", "LITEGRAFT_TRUST_MEGABYTES"})
  void aLimitThatIsNoNumberIsNotPassedOver(String variable)
      throws IOException, InterruptedException, URISyntaxException {
    Ended ended = run(Map.of(variable, "-1"), "inspect", file("hungry.tflite"), "--trust");
    assertThat(ended.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ended.errors().get(0)).isEqualTo("error: " + variable + " is \"-1\", and no limit");
  }

  @Test
  void whatIsTrustedAndSoundAnswers() throws IOException, InterruptedException, URISyntaxException {
    Ended ended = run(Map.of(), "run", file("hungry.tflite"), "--input", rows(), "--trust");
    assertThat(ended.code()).isEqualTo(ExitCode.DONE);
    assertThat(ended.out()).isEqualTo("{\"logits\":[36.0,-36.0]}\n");
  }
}
