package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code if-self} exhausts the native stack, {@code split-0} reads where nothing is. */
class ChildProcessTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"if-self", "split-0"})
  void theDeathOfTrustedNativeCodeIsAnErrorOfThreeLines(String name)
      throws IOException, InterruptedException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(getClass().getResource("/hostile/" + name + ".tflite")).toURI());
    Path work = Files.createDirectory(folder.resolve("work"));
    Path rows =
        Files.writeString(folder.resolve("rows.jsonl"), "{\"input_ids\":[1,2,3,4,5,6,7,8]}");
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Litegraft.class.getName(),
                "run",
                file.toString(),
                "--input",
                rows.toString(),
                "--trust")
            .directory(work.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(ExitCode.INPUT);
    assertThat(Files.readString(out, StandardCharsets.UTF_8)).isEmpty();
    assertThat(Files.readAllLines(err, StandardCharsets.UTF_8))
        .hasSize(3)
        .first()
        .asString()
        .startsWith("error: the native runtime ended its process on the file: signal ");
    try (Stream<Path> left = Files.list(work)) {
      assertThat(left).isEmpty();
    }
  }
}
