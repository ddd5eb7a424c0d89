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

/** {@code verify}, and the warnings of {@code inspect}, as a user sees them. */
class VerifyCommandTest {
  private static final String CHECKPOINT = CommandRun.EXAMPLE.toString();

  @TempDir static Path folder;

  private static String model;

  @BeforeAll
  static void convert() {
    model = folder.resolve("model.tflite").toString();
    CommandRun run =
        CommandRun.of("convert", CHECKPOINT, "-o", model, "--recipe", "f32", "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  /** The example with another text in its config.json. */
  private static String planted(String name, String before, String after) throws IOException {
    Path copy = FolderCopy.of(CommandRun.EXAMPLE, folder.resolve(name));
    Path config = copy.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(before);
    Files.writeString(config, text.replace(before, after));
    return copy.toString();
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertThat(run.err()).isEmpty();
    assertThat(run.out().lines()).hasSize(1);
    return new ObjectMapper().readTree(run.out());
  }

  @Test
  void aFileThatAnswersLikeItsCheckpointIsTheSame() {
    CommandRun run = CommandRun.of("verify", CHECKPOINT, model);
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .startsWith("same: the file answers like the checkpoint")
        .contains("same labels  100.0 %", "farthest apart")
        .doesNotContain("setting ", "first departure", "note:");
  }

  @Test
  void theKeysOfTheJsonAreThoseThatAreDocumented() throws IOException {
    JsonNode report = json(CommandRun.of("verify", CHECKPOINT, model, "--json"));
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "verdict",
            "match",
            "checkpoint",
            "file",
            "weights",
            "tolerance",
            "max_abs",
            "mean_abs",
            "agreement",
            "kl_max",
            "worst",
            "first_departure",
            "layers",
            "differences",
            "notes",
            "probes",
            "tokens",
            "seconds",
            "not_proven");
    assertThat(report.get("worst").get(0).fieldNames())
        .toIterable()
        .containsExactly(
            "probe",
            "tokens",
            "max_abs",
            "kl",
            "expected",
            "actual",
            "margin",
            "expected_numbers",
            "actual_numbers");
    assertThat(report.get("match").asBoolean()).isTrue();
    assertThat(report.get("first_departure").isNull()).isTrue();
    String page;
    try {
      page = Files.readString(Path.of("..", "docs", "verification.md"));
    } catch (IOException e) {
      throw new AssertionError("the page of the keys is missing", e);
    }
    report.fieldNames().forEachRemaining(key -> assertThat(page).contains("`" + key + "`"));
  }

  @Test
  void whereAWrongSettingFirstShowsIsInTheTableAndTheJson() throws IOException {
    String planted = planted("theta", "\"rope_theta\": 100000.0", "\"rope_theta\": 10000.0");
    CommandRun run = CommandRun.of("verify", planted, model);
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(run.out())
        .startsWith("DIFFERENT: ")
        .containsPattern("model\\.layers\\.0\\.self_attn\\.o_proj .*<- first departure");
    CommandRun again = CommandRun.of("verify", planted, model, "--json");
    assertThat(again.exitCode()).isEqualTo(ExitCode.PARITY);
    JsonNode report = json(again);
    assertThat(report.get("first_departure").asText()).isEqualTo("model.layers.0.self_attn.o_proj");
    assertThat(report.get("layers").get(0).fieldNames())
        .toIterable()
        .containsExactly("name", "max_abs", "relative", "cosine", "departs");
  }

  @Test
  void whatElseDiffersIsATableOfSettings() throws IOException {
    String planted =
        planted(
            "labels",
            "\"0\": \"negative\",\n    \"1\": \"positive\"",
            "\"0\": \"positive\",\n    \"1\": \"negative\"");
    Path config = Path.of(planted, "config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace(
                "\"negative\": 0,\n    \"positive\": 1", "\"positive\": 0,\n    \"negative\": 1"));
    CommandRun run = CommandRun.of("verify", planted, model);
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    assertThat(run.out())
        .startsWith("DIFFERENT: the numbers are the checkpoint's, but labels is not")
        .contains("positive, negative  negative, positive");
  }

  @Test
  void textsComeFromAFileWithAnyLineEndsOrStandardInput() throws IOException {
    Path texts =
        Files.writeString(folder.resolve("texts.txt"), "정말 좋다\r\n\r\n" + "재미 ".repeat(5000));
    CommandRun run = CommandRun.of("verify", CHECKPOINT, model, "--texts", texts.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("정말 좋다 ")
        .contains("note: 1 texts have more than the 256 tokens that were compared");
    CommandRun input =
        CommandRun.withInput("최고의 영화\n", "verify", CHECKPOINT, model, "--texts", "-", "--json");
    assertThat(input.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(json(input).get("worst").toString()).contains("최고의 영화");
  }

  @Test
  void textsThatCannotBeReadAreNamed() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.txt"), "\r\n\n");
    assertRefused("there is no text in it", CHECKPOINT, model, "--texts", empty.toString());
    Path latin = Files.write(folder.resolve("latin.txt"), new byte[] {'a', (byte) 0xe4, '\n'});
    assertRefused("the line is not UTF-8", CHECKPOINT, model, "--texts", latin.toString());
    assertRefused("there is no such file", CHECKPOINT, model, "--texts", "no-such-file");
  }

  @Test
  void moreTextsThanCanBeAskedAreNotRead() throws IOException {
    Path many = Files.writeString(folder.resolve("many.txt"), "좋다\n".repeat(10_001));
    CommandRun run = CommandRun.onTerminal("verify", CHECKPOINT, model, "--texts", many.toString());
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.err()).contains("only the first 10000 texts of " + many + " are read");
  }

  @Test
  void whatIsNoModelIsRefused() {
    assertRefused("is no .tflite", CHECKPOINT, Path.of(CHECKPOINT, "config.json").toString());
    assertRefused("there is no such file", CHECKPOINT, folder.resolve("none").toString());
    assertRefused("config.json", folder.toString(), model);
  }

  private static void assertRefused(String what, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "verify";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    CommandRun run = CommandRun.of(all);
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(3);
    assertThat(run.err()).contains(what);
  }

  @Test
  void inspectWarnsInTextAndJson() throws IOException {
    String planted = planted("nameless", "\"negative\"", "\"LABEL_0\"");
    Path config = Path.of(planted, "config.json");
    Files.writeString(config, Files.readString(config).replace("\"positive\"", "\"LABEL_1\""));
    CommandRun run = CommandRun.of("inspect", planted);
    assertThat(run.exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(run.out())
        .contains("warning: pad_token_id: the pad token is also the end of a text (2)")
        .contains("warning: id2label: the labels have no names: LABEL_0, LABEL_1")
        .contains("    try: ");
    JsonNode warnings = json(CommandRun.of("inspect", planted, "--json")).get("warnings");
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0).fieldNames()).toIterable().containsExactly("setting", "what", "try");
    assertThat(warnings.findValuesAsText("setting")).containsExactly("pad_token_id", "id2label");
  }
}
