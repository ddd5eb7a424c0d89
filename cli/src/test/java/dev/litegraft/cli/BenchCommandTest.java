package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bench}, as a user sees it. */
class BenchCommandTest {
  @TempDir static Path folder;

  private static String file;

  @BeforeAll
  static void convert() {
    file = folder.resolve("int8.tflite").toString();
    CommandRun run =
        CommandRun.of("convert", CommandRun.EXAMPLE.toString(), "-o", file, "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  @Test
  void theTextNamesFilesTimesAndThePeak() {
    CommandRun run =
        CommandRun.onTerminal(
            "bench", file, file, "--tokens", "8,16,900", "--thread-counts", "1,2", "--rounds", "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err())
        .contains("A takes fewer tokens than [900]", "B takes fewer tokens than [900]");
    assertThat(run.out())
        .contains("cold start ms", "warm start ms", "resident", "dynamic_wi8_afp32")
        .contains("one thread; the machine's peak: ", "2 threads; the machine's peak: ")
        .contains("median ms", "of the peak", "beside A", "LiteRT 2.", "1 round, ")
        .doesNotContain("several texts at once");
  }

  @Test
  void theKeysOfTheJsonAreThoseThatAreDocumented() throws IOException {
    Path report = folder.resolve("report.html");
    CommandRun run =
        CommandRun.of(
            "bench",
            file,
            file,
            "--tokens=8,900",
            "--thread-counts=1",
            "--rounds=1",
            "--json",
            "--report",
            report.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly("files", "peaks", "machine", "rounds", "seconds", "notes");
    assertThat(json.at("/notes/1").textValue()).isEqualTo("B takes fewer tokens than [900]");
    assertThat(run.err()).contains("note: A takes fewer tokens than [900]"); // No terminal.
    assertThat(json.at("/files/1").fieldNames())
        .toIterable()
        .contains("file", "bytes", "recipe", "cold_start", "warm_start", "latency");
    assertThat(json.at("/files/1/latency/0").fieldNames())
        .toIterable()
        .containsExactly(
            "tokens",
            "threads",
            "calls",
            "median_ms",
            "p95_ms",
            "min_ms",
            "tokens_per_second",
            "texts_per_second",
            "gops",
            "peak_share",
            "beside_first");
    assertThat(json.at("/peaks/0").fieldNames())
        .toIterable()
        .containsExactly("threads", "int8_gops", "f32_gops");
    assertThat(Files.readString(report)).startsWith("<!DOCTYPE html").contains("<svg");
  }

  @Test
  void whatCannotBeMeasuredIsToldBefore() {
    CommandRun rounds = CommandRun.of("bench", file, "--rounds", "0");
    assertThat(rounds.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(rounds.err()).contains("--rounds is 0", "a number from 1 to ");
    CommandRun tokens = CommandRun.of("bench", file, "--tokens", "8,-1");
    assertThat(tokens.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(tokens.err()).contains("--tokens is -1");
    CommandRun missing = CommandRun.of("bench", folder.resolve("none.tflite").toString());
    assertThat(missing.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(missing.err()).contains("none.tflite");
    CommandRun longest = CommandRun.of("bench", file, "--tokens", "1000000", "--rounds", "1");
    assertThat(longest.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(longest.err()).contains("[1000000] tokens, where the file takes at most ");
  }
}
