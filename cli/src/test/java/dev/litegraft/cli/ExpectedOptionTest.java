package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the original answered, given to the commands that compare with it. */
class ExpectedOptionTest {
  private static final Path MODEL = Path.of("..", "examples", "ko-movie-reviews-bert");
  private static final int ROWS = 5;

  @TempDir Path temporary = Path.of("");
  private Path answers = Path.of("");
  private Path file = Path.of("");

  /** The recorded answers of the example, as the script of {@code expect} writes them. */
  @BeforeEach
  void record() throws IOException {
    answers = temporary.resolve("answers.jsonl");
    file = temporary.resolve("model.tflite");
    StringBuilder lines =
        new StringBuilder(
            "{\"versions\": {}, \"class\": \"BertForSequenceClassification\", \"texts\": "
                + ROWS
                + "}\n");
    List<?> rows =
        (List<?>)
            Objects.requireNonNull(
                Json.parse(
                        "{\"rows\": " + Files.readString(MODEL.resolve("expected.json")) + "}", "x")
                    .get("rows"));
    for (Object row : rows.subList(0, ROWS)) {
      Map<?, ?> one = (Map<?, ?>) row;
      String text = String.valueOf(one.get("text"));
      lines.append(JsonLine.of(json -> json.writeStringField("text", text)).replace("}", ""));
      lines.append(", \"ids\": ").append(one.get("input_ids"));
      lines.append(", \"logits\": ").append(one.get("logits")).append("}\n");
    }
    Files.writeString(answers, lines);
  }

  private Path broken(String from, String to) throws IOException {
    String lines = Files.readString(answers);
    assertThat(lines).containsPattern(from);
    return Files.writeString(temporary.resolve("others.jsonl"), lines.replaceFirst(from, to));
  }

  @Test
  void theScriptIsPrintedAsItStands() throws IOException {
    CommandRun run = CommandRun.of("expect");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(ExpectCommand.script().stripTrailing() + "\n");
    assertThat(run.out().lines()).hasSizeLessThan(60);
    assertThat(run.out().split("texts=len\\(rows\\)", -1)).hasSize(3);
  }

  @Test
  void aFolderThatIsReadAsTheOriginalReadItIsConverted() {
    CommandRun run =
        CommandRun.of(
            "convert", MODEL.toString(), "-o", file.toString(), "--expected", answers.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("proven:", ROWS + " recorded answers met");
    assertThat(file).exists();
    CommandRun verified =
        CommandRun.of(
            "verify", MODEL.toString(), file.toString(), "--expected", answers.toString());
    assertThat(verified.exitCode()).as(verified.err()).isZero();
    assertThat(verified.out()).contains("same: the folder is read as").doesNotContain("not proven");
    CommandRun diagnosed =
        CommandRun.of(
            "diagnose", MODEL.toString(), file.toString(), "--expected", answers.toString());
    assertThat(diagnosed.exitCode()).as(diagnosed.err()).isZero();
  }

  @Test
  void whatTheOriginalReadsOtherwiseIsNotConverted() throws IOException {
    Path others = broken("\"ids\": \\[2, \\d+", "\"ids\": [2, 7");
    CommandRun run =
        CommandRun.of(
            "convert",
            MODEL.toString(),
            "-o",
            file.toString(),
            "--as",
            "classifier",
            "--expected",
            others.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(run.err()).contains("token 2 is 7").contains("others.jsonl, line 2");
    assertThat(file).doesNotExist();
    // The advice, followed.
    String[] words = run.err().replaceAll("(?s).*`litegraft ([^`]*)`.*", "$1").split(" ");
    assertThat(words).contains("diagnose", "--as", "classifier");
    CommandRun followed = CommandRun.of(words);
    assertThat(followed.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(followed.out()).contains("DIFFERENT", "token 2 is 7", "no setting or rule");
  }

  @Test
  void aFileOfAFolderThatIsReadOtherwiseIsNotVerified() throws IOException {
    CommandRun.of("convert", MODEL.toString(), "-o", file.toString(), "--no-verify");
    Path others = broken("\"logits\": \\[-?\\d", "\"logits\": [7");
    CommandRun run =
        CommandRun.of("verify", MODEL.toString(), file.toString(), "--expected", others.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(run.out())
        .startsWith("NOT PROVEN: the file answers like our reading of the folder, which is not how")
        .contains("DIFFERENT: the numbers are not the original's")
        .doesNotContain("same:");
    CommandRun machine =
        CommandRun.of(
            "verify", MODEL.toString(), file.toString(), "--expected=" + others, "--json");
    assertThat(machine.exitCode()).isEqualTo(ExitCode.PARITY);
    Map<String, ?> told = Json.parse(machine.out(), "verify");
    assertThat(told.get("match")).isEqualTo(false);
    assertThat(String.valueOf(told.get("verdict"))).contains("which is not how the original");
  }

  @Test
  void aDiagnosisNeedsAFileOrAnswers() {
    CommandRun run = CommandRun.of("diagnose", MODEL.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("--expected");
  }
}
