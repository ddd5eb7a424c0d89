package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code tune} and {@code convert --confidence}, as a user sees them. */
class TuneCommandTest {
  @TempDir static Path folder;

  private static final String CHECKPOINT = CommandRun.EXAMPLE.toString();
  private static String data;

  @BeforeAll
  static void write() throws IOException {
    List<String> lines = Files.readAllLines(CommandRun.EXAMPLE.resolve("test.tsv")).subList(0, 121);
    data = Files.write(folder.resolve("reviews.tsv"), lines).toString();
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void theKeysOfTheJsonAreThoseThatAreDocumented() throws IOException {
    String file = folder.resolve("tuned.tflite").toString();
    JsonNode report =
        json(
            CommandRun.of(
                "tune", CHECKPOINT, "--data", data, "-o", file, "--max-drop", "50%", "--json"));
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "tried",
            "chosen",
            "why",
            "bound",
            "asked",
            "rows_of_choice",
            "rows_of_judgement",
            "judged",
            "evaluation",
            "confidence",
            "confidence_kept",
            "confidence_note",
            "file",
            "recipe_file");
    assertThat(report.at("/bound").asText()).isEqualTo("max_drop");
    assertThat(report.at("/tried").size()).isEqualTo(6);
    assertThat(Path.of(report.at("/recipe_file").asText())).content().contains("\"recipe\"");
    CommandRun repeated =
        CommandRun.of(
            "convert",
            CHECKPOINT,
            "-o",
            folder.resolve("again.tflite").toString(),
            "--no-verify",
            "--recipe-file",
            report.at("/recipe_file").asText());
    assertThat(repeated.exitCode()).as(repeated.err()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readAllBytes(folder.resolve("again.tflite")))
        .isEqualTo(Files.readAllBytes(Path.of(file)));
  }

  @Test
  void aBiasNeedsRowsOfEachLabelAndTuneTakesATemperatureInstead() throws IOException {
    String model = RecordedTask.CASES.resolve("nli-three").resolve("model").toString();
    List<String> rows =
        Files.readAllLines(Path.of(data)).stream()
            .map(line -> line.replaceFirst("\tnegative$", "\tcontradiction"))
            .map(line -> line.replaceFirst("\tpositive$", "\tentailment"))
            .toList();
    String two = Files.write(folder.resolve("two.tsv"), rows).toString();
    String file = folder.resolve("two.tflite").toString();
    String fault =
        "a bias cannot be fitted to a label that does not occur: of 3 labels the fitted half of the"
            + " rows lacks neutral";
    String[] form = {"--confidence-form", "bias"};
    CommandRun converted =
        CommandRun.of(
            "convert", model, "-o", file, "--no-verify", "--confidence", two, form[0], form[1]);
    assertThat(converted.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(converted.err()).contains(fault, "two.tsv");
    JsonNode report =
        json(
            CommandRun.of(
                "tune",
                model,
                "--data",
                two,
                "-o",
                file,
                "--min-agreement=0",
                form[0],
                form[1],
                "--json"));
    assertThat(report.at("/confidence_note").asText())
        .startsWith("a temperature without biases, as " + fault);
    assertThat(report.at("/confidence/bias")).isEmpty();
    assertThat(report.at("/confidence/temperature").asDouble()).isPositive();
  }

  @Test
  void twoBoundsAreUsage() {
    CommandRun run =
        CommandRun.of(
            "tune",
            CHECKPOINT,
            "--data",
            data,
            "-o",
            folder.resolve("x.tflite").toString(),
            "--max-drop=0.1",
            "--min-agreement=0.9");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--min-agreement and --max-drop are both given");
  }

  @Test
  void confidenceIsFittedAndReportedBeforeAndAfter() throws IOException {
    String file = folder.resolve("fitted.tflite").toString();
    JsonNode made =
        json(
            CommandRun.of(
                "convert", CHECKPOINT, "-o", file, "--no-verify", "--confidence", data, "--json"));
    JsonNode confidence = made.get("confidence");
    assertThat(confidence.get("temperature").asDouble()).isPositive().isNotEqualTo(1);
    assertThat(confidence.at("/before/log_loss").asDouble()).isPositive();
    assertThat(confidence.at("/after/accuracy")).isEqualTo(confidence.at("/before/accuracy"));
    CommandRun shown =
        CommandRun.of(
            "convert",
            CHECKPOINT,
            "-o",
            file,
            "--no-verify",
            "--confidence",
            data,
            "--confidence-form",
            "bias");
    assertThat(shown.out())
        .contains("confidence: temperature ", ", bias [0.0, ", "calibration error")
        .doesNotContain("labels are numbers");
    List<String> rows =
        Files.readAllLines(Path.of(data)).stream()
            .map(line -> line.replaceFirst("\tnegative$", "\t0").replaceFirst("\tpositive$", "\t1"))
            .toList();
    String numbers = Files.write(folder.resolve("numbers.tsv"), rows).toString();
    JsonNode numbered =
        json(
            CommandRun.of(
                "convert",
                CHECKPOINT,
                "-o",
                file,
                "--no-verify",
                "--confidence",
                numbers,
                "--json"));
    assertThat(numbered.at("/confidence/temperature")).isEqualTo(confidence.get("temperature"));
    assertThat(numbered.at("/confidence/notes/0").asText())
        .isEqualTo("labels are numbers: 0 = negative, 1 = positive");
  }
}
