package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate}, as a user sees it. */
class EvaluateCommandTest {
  @TempDir static Path folder;

  private static String f32;
  private static String int8;
  private static String data;

  @BeforeAll
  static void convert() throws IOException {
    f32 = converted("f32");
    int8 = converted("int8");
    List<String> lines = Files.readAllLines(CommandRun.EXAMPLE.resolve("test.tsv")).subList(0, 101);
    data = Files.write(folder.resolve("reviews.tsv"), lines).toString();
  }

  private static String converted(String recipe) {
    String file = folder.resolve(recipe + ".tflite").toString();
    CommandRun run =
        CommandRun.of(
            "convert",
            CommandRun.EXAMPLE.toString(),
            "-o",
            file,
            "--recipe",
            recipe,
            "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return file;
  }

  @Test
  void theTextNamesFilesMeasuresAndIntervals() {
    CommandRun run = CommandRun.of("evaluate", f32, int8, "--data", data);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .startsWith("classification of 100 rows")
        .contains("dynamic_wi8_afp32", "accuracy", "95 % interval", "class (of A)", "McNemar p")
        .contains("class (of B)")
        .contains("B beside A: the same answer to ", "tokens up to", "LiteRT 2.")
        .containsPattern("sha256 [0-9a-f]{64}  .*reviews.tsv")
        .containsPattern("sha256 [0-9a-f]{64}  .*int8.tflite");
  }

  @Test
  void theKeysOfTheJsonAreThoseThatAreDocumented() throws IOException {
    Path report = folder.resolve("report.html");
    CommandRun run =
        CommandRun.of(
            "evaluate",
            f32,
            int8,
            "--data",
            data,
            "--json",
            "--report",
            report.toString(),
            "--min-agreement",
            "50%");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.fieldNames())
        .toIterable()
        .containsExactly(
            "task",
            "rows",
            "notes",
            "main_measure",
            "labels",
            "files",
            "gates",
            "manifest",
            "seconds");
    JsonNode file = json.at("/files/1");
    assertThat(file.fieldNames())
        .toIterable()
        .contains("file", "bytes", "recipe", "measures", "comparison", "classes", "confusion")
        .contains("reliability", "latency", "rows_per_second", "truncated", "start_ms");
    assertThat(file.at("/comparison").fieldNames())
        .toIterable()
        .containsExactly(
            "agreement",
            "agreement_interval",
            "differences",
            "mcnemar_p",
            "kl_mean",
            "kl_max",
            "flips");
    assertThat(json.at("/gates/0/passed").asBoolean()).isTrue();
    assertThat(json.at("/manifest/data_sha256").asText()).hasSize(64);
    assertThat(report).content().startsWith("<!DOCTYPE html>").contains("Quality against size");
  }

  @Test
  void aGateInPercentIsPassedAtEquality() throws IOException {
    OptionalDouble gate = GateOptions.part("--min-accuracy", "95.2%", new EvaluateCommand());
    assertThat(gate).hasValue(119 / 125.0);
    assertThat(GateOptions.part("--min-accuracy", " 99.5 % ", new EvaluateCommand()))
        .hasValue(0.995);
    for (String word : List.of("NaN", "1e-2147483647%", "101%", "-0.1", "")) {
      CommandRun run = CommandRun.of("evaluate", f32, "--data", data, "--min-accuracy=" + word);
      assertThat(run.exitCode()).as(word).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void aDropOfOneIsNoPercent() {
    for (String word : List.of("1", "1.0")) {
      CommandRun run = CommandRun.of("evaluate", f32, int8, "--data", data, "--max-drop", word);
      assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(run.err()).contains("--max-drop is " + word + ", a drop of 100 points", "1%");
    }
  }

  @Test
  void textsThatWereCutAndNumbersForLabelsAreToldInEachView() throws IOException {
    String rows =
        Files.write(
                folder.resolve("long.tsv"),
                List.of("text\tlabel", "정말 재미있어요 ".repeat(300) + "\t1", "최악의 영화\t0"))
            .toString();
    Path page = folder.resolve("long.html");
    String cut = "B: 1 of 2 rows truncated, longer than the model reads";
    String numbers = "labels are numbers: 0 = negative, 1 = positive";
    CommandRun text =
        CommandRun.of("evaluate", f32, int8, "--data", rows, "--report", page.toString());
    assertThat(text.exitCode()).as(text.err()).isEqualTo(ExitCode.DONE);
    assertThat(text.out().lines()).contains(cut, numbers);
    assertThat(page).content().contains(cut, numbers);
    CommandRun json = CommandRun.of("evaluate", f32, int8, "--data", rows, "--json");
    assertThat(new ObjectMapper().readTree(json.out()).get("notes"))
        .extracting(JsonNode::asText)
        .contains(cut, numbers);
  }

  @Test
  void aGateThatIsMissedEndsWithFour() {
    CommandRun run = CommandRun.of("evaluate", f32, "--data", data, "--min-accuracy", "0.9999");
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(run.out()).contains("min_accuracy", "MISSED");
  }

  @Test
  void aReportThatCannotBeWrittenIsToldBeforeTheWork() {
    CommandRun run =
        CommandRun.of("evaluate", "missing.tflite", "--data", data, "--report", folder.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("the report is a folder");
    String name = folder.resolve("x".repeat(300) + ".html").toString();
    CommandRun longer =
        CommandRun.of("evaluate", "missing.tflite", "--data", data, "--report", name);
    assertThat(longer.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(longer.err()).contains("the report cannot be written");
    Path before = folder.resolve("not-yet.html");
    CommandRun.of("evaluate", "missing.tflite", "--data", data, "--report", before.toString());
    assertThat(before).doesNotExist();
  }

  @Test
  void boundsThatAreNoPartOfOneAreUsage() {
    for (String bound : List.of("99.5", "-1", "much", "101%")) {
      CommandRun run = CommandRun.of("evaluate", f32, "--data", data, "--min-accuracy=" + bound);
      assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
      assertThat(run.err()).contains("--min-accuracy is " + bound);
    }
  }

  @Test
  void aTimeThatNothingCanMeetIsUsage() {
    for (String bound : List.of("0", "-3", "NaN")) {
      CommandRun run = CommandRun.of("evaluate", f32, "--data", data, "--max-p95-ms=" + bound);
      assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    }
  }

  @Test
  void dataThatCannotBeReadNameTheirLine() throws IOException {
    Path broken = Files.writeString(folder.resolve("broken.csv"), "text,label\nok,1\n\"open,1\n");
    CommandRun run = CommandRun.of("evaluate", f32, "--data", broken.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("a quote is not closed", "broken.csv, line 3");
  }
}
