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

/** {@code diagnose} as a user sees it. */
class DiagnoseCommandTest {
  private static final String CHECKPOINT = CommandRun.EXAMPLE.toString();

  @TempDir static Path folder;

  private static String right;
  private static String wrong;

  @BeforeAll
  static void convert() throws IOException {
    right = converted(CommandRun.EXAMPLE, "right.tflite");
    Path copy = FolderCopy.of(CommandRun.EXAMPLE, folder.resolve("theirs"));
    FolderEdit.edit("config.json", "\"rope_theta\": *[0-9.]+", "\"rope_theta\": 25000.0").on(copy);
    wrong = converted(copy, "wrong.tflite");
  }

  private static String converted(Path checkpoint, String name) {
    String file = folder.resolve(name).toString();
    CommandRun run =
        CommandRun.of(
            "convert", checkpoint.toString(), "-o", file, "--recipe", "f32", "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return file;
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(1);
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void theSettingItsValuesAndTheLineToChangeArePrinted() {
    CommandRun run = CommandRun.of("diagnose", CHECKPOINT, wrong);
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("rope_theta is 100000 in the checkpoint, and the file behaves like 25000")
        .contains("In the exporting tool: set the rotary base to the checkpoint's value");
  }

  @Test
  void aPageIsWrittenForOthers() throws IOException {
    Path page = folder.resolve("page.html");
    CommandRun run = CommandRun.of("diagnose", CHECKPOINT, wrong, "--report", page.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(page))
        .contains("rope_theta is 100000 in the checkpoint, and the file behaves like 25000")
        .contains("AttentionConfig(rotary_base=100000)")
        .contains("model.layers.0.self_attn.o_proj departs first");
  }

  @Test
  void aPageThatCannotBeWrittenIsSaidBeforeTheWork() {
    String nowhere = folder.resolve("nowhere").resolve("page.html").toString();
    CommandRun run = CommandRun.of("diagnose", "no such folder", wrong, "--report", nowhere);
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("the folder of the report does not exist");
  }

  @Test
  void aPageIsNotWrittenOverWhatIsNone() throws IOException {
    Path weights = Files.copy(Path.of(wrong), folder.resolve("weights.bin"));
    CommandRun run = CommandRun.of("diagnose", CHECKPOINT, wrong, "--report", weights.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("what stands at the report's place is no page");
    assertThat(weights).hasSameBinaryContentAs(Path.of(wrong));
  }

  @Test
  void theJsonHasTheKeysOfTheContract() throws IOException {
    JsonNode report = json(CommandRun.of("diagnose", CHECKPOINT, wrong, "--json"));
    assertThat(report.get("match").booleanValue()).isFalse();
    assertThat(report.get("residual").doubleValue()).isGreaterThan(1e-3);
    assertThat(report.get("verdict").textValue()).contains("rope_theta");
    assertThat(report.get("explained_by")).hasSize(1);
    JsonNode first = report.get("explained_by").get(0);
    assertThat(first.get("setting").textValue()).isEqualTo("rope_theta");
    assertThat(first.get("checkpoint").doubleValue()).isEqualTo(100000);
    assertThat(first.get("file").doubleValue()).isEqualTo(25000);
    assertThat(first.get("residual").doubleValue()).isLessThan(1e-4);
  }

  @Test
  void anUnharmedFileMatches() throws IOException {
    JsonNode report = json(CommandRun.of("diagnose", CHECKPOINT, right, "--json"));
    assertThat(report.get("match").booleanValue()).isTrue();
    assertThat(report.get("explained_by")).isEmpty();
    assertThat(CommandRun.of("diagnose", CHECKPOINT, right).out()).startsWith("match: ");
  }

  @Test
  void aFileThatIsNoModelIsRefusedInThreeLines() throws IOException {
    Path text = Files.writeString(folder.resolve("text.tflite"), "no model");
    CommandRun run = CommandRun.of("diagnose", CHECKPOINT, text.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(3);
  }

  @Test
  void anAdapterThatIsNotThereIsNamed() {
    CommandRun run =
        CommandRun.of("diagnose", CHECKPOINT, right, "--adapter", folder.resolve("no").toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("adapter_config.json");
  }
}
