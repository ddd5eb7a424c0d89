package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.litegraft.facts.Confidence;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code convert} rounds, by which texts, and what its probabilities become. */
class RecipeOptionsTest {
  private static final String CHECKPOINT = CommandRun.EXAMPLE.toString();

  @TempDir private Path folder;

  private CommandRun convert(String... options) {
    List<String> command =
        new ArrayList<>(
            List.of("convert", CHECKPOINT, "-o", file().toString(), "--no-verify", "--quiet"));
    command.addAll(List.of(options));
    return CommandRun.of(command.toArray(String[]::new));
  }

  private Path file() {
    return folder.resolve("model.tflite");
  }

  private ModelFacts facts() throws IOException {
    try (TfliteReader reader = TfliteReader.open(file())) {
      return reader.facts().orElseThrow();
    }
  }

  private String texts() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lines.add("text number " + i);
    }
    return Files.write(folder.resolve("texts.txt"), lines).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rounding=best                                | one of: plain, mse, smooth, gptq",
        "--rounding=mse                                 | changes nothing of the recipe dynamic_wi8",
        "--rounding=mse --recipe=dynamic_wi4_afp32_b32  | changes nothing of the recipe",
        "--rounding=gptq --recipe=f16                   | changes nothing of the recipe f16",
        "--rounding=smooth --recipe=int4                | changes nothing of the recipe",
        "--rounding=gptq --recipe=static_wi8_ai8        | whose inputs are evened out",
        "--rounding=mse --recipe=static_wi8_ai8         | whose inputs are evened out",
        "--recipe=static_wi8_ai8 --length=16,32         | has one length, and [16, 32]",
        "--rounding=gptq --recipe=int4 --keep-float=*   | changes nothing of the recipe",
        "--rounding=gptq --recipe=int4 --keep-float=*o* | changes nothing of the recipe",
        "--rounding=mse --recipe=int4 --keep-float=*o*  | changes nothing of the recipe",
        "--calibrate=no.txt                             | --rounding plain reads none",
        "--calibrate=no.txt --rounding=mse --recipe=int4 | --rounding mse reads none",
        "--calibrate=no.txt --rounding=gptq             | there is no such file",
        "--recipe=static_wi8_ai8 --keep-float=scor      | did you mean score?",
      })
  void whatCannotBeRoundedSoIsRefusedAndLeavesNoFile(String options, String what) {
    CommandRun run = convert(options.split(" +", -1));
    assertThat(run.exitCode()).as(run.err()).isIn(ExitCode.INPUT, ExitCode.USAGE);
    assertThat(run.err()).contains(what, "where:", "try:");
    assertThat(file()).doesNotExist();
  }

  @Test
  void theMethodStandsInTheFactsAndPlainDoesNot() throws IOException {
    CommandRun clipped = convert("--recipe", "int4", "--rounding", "mse", "--json");
    assertThat(clipped.exitCode()).as(clipped.err()).isZero();
    assertThat(clipped.out()).contains("\"rounding\":\"mse\"");
    assertThat(facts().find(ModelFacts.ROUNDING)).contains("mse");
    assertThat(CommandRun.of("inspect", file().toString()).out()).containsPattern("rounding +mse");
    assertThat(CommandRun.of("inspect", file().toString(), "--json").out())
        .contains("\"rounding\":\"mse\"");
    CommandRun even = convert("--rounding", "smooth", "--calibrate", texts(), "--json");
    assertThat(even.exitCode()).as(even.err()).isZero();
    assertThat(even.out())
        .contains("\"rounding\":\"smooth\"")
        .containsPattern("texts for calibration have \\d+ tokens, and smooth needs 512");
    assertThat(facts().find(ModelFacts.ROUNDING)).contains("smooth");
    assertThat(convert("--rounding", "plain").exitCode()).isZero();
    assertThat(facts().find(ModelFacts.ROUNDING)).isEmpty();
  }

  @Test
  void wholeActivationsHaveOneLengthAndTextsThatAreLongerAreCut() throws IOException {
    CommandRun run =
        convert(
            "--recipe=static_wi8_ai8", "--length=4", "--keep-float=score", "--calibrate", texts());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(facts().find(ModelFacts.LENGTHS)).contains(List.of(4));
    assertThat(facts().find(ModelFacts.RECIPE)).contains("static_wi8_ai8; score: f32");
    CommandRun shown = CommandRun.of("inspect", file().toString());
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    assertThat(shown.out()).contains("QUANTIZE");
  }

  @Test
  void aRecipesFileHasAConfidenceThatTheFileTakes() throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.json"),
            "{\"recipe\": \"int8\", \"rules\": [], \"confidence\": {\"temperature\": 2, \"bias\": [0, 1]}}");
    CommandRun run = convert("--recipe-file", recipe.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(facts().find(ModelFacts.CONFIDENCE))
        .contains(new Confidence(2, List.of(0.0, 1.0), List.of()));
    CommandRun both =
        convert("--recipe-file", recipe.toString(), "--confidence", folder + "/rows.tsv");
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(both.err()).contains("the recipe's file has a confidence, too");
  }

  @Test
  void aRecipesFileSaysHowItIsRounded() throws IOException {
    assertThat(convert("--recipe=int4", "--rounding=gptq").exitCode()).isZero();
    byte[] asOption = Files.readAllBytes(file());
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.json"), "{\"recipe\": \"int4\", \"rounding\": \"gptq\"}");
    CommandRun run = convert("--recipe-file", recipe.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(Files.readAllBytes(file())).isEqualTo(asOption);
    assertThat(convert("--recipe-file", recipe.toString(), "--calibrate", texts()).exitCode())
        .isZero();
    assertThat(Files.readAllBytes(file())).isNotEqualTo(asOption);
    CommandRun both = convert("--recipe-file", recipe.toString(), "--rounding=plain");
    assertThat(both.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(both.err()).contains("the recipe's file has a rounding, too");
    Files.writeString(recipe, "{\"recipe\": \"f16\", \"rounding\": \"gptq\", \"rules\": []}");
    CommandRun none = convert("--recipe-file", recipe.toString());
    assertThat(none.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(none.err())
        .contains("changes nothing of the recipe f16", "recipe.json")
        .contains("take \"rounding\" out of the file");
    Files.writeString(recipe, "{\"recipe\": \"int5\"}");
    CommandRun unknown = convert("--recipe-file", recipe.toString());
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(unknown.err()).contains("unknown recipe \"int5\"", "recipe.json");
    Files.writeString(recipe, "{\"recipe\": \"int8\", \"confidence\": {\"temperature\": 0}}");
    CommandRun cold = convert("--recipe-file", recipe.toString());
    assertThat(cold.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(cold.err()).contains("recipe.json", "correct \"confidence\" in the file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"temperature\": 0}                           | a temperature above 0",
        "{\"temperature\": 1, \"bias\": [1, 2, 3]}      | fitted to 3 labels, and this model has 2",
        "{\"temperature\": 1, \"bias\": \"much\"}       | a list of numbers",
        "{\"bias\": [1, 2]}                             | \"confidence.temperature\" is not",
      })
  void aConfidenceOfAnotherModelIsRefused(String confidence, String what) throws IOException {
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.json"),
            "{\"recipe\": \"int8\", \"rules\": [], \"confidence\": " + confidence + "}");
    CommandRun run = convert("--recipe-file", recipe.toString());
    assertThat(run.exitCode()).as(run.err()).isIn(ExitCode.INPUT, ExitCode.USAGE);
    assertThat(run.err()).contains(what, "where:", "try:");
    assertThat(file()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text,label\\na,positive                  | rows in one half, where 20 are the fewest",
        "text,label\\na,positiv                   | (near: positive); it has",
        "text,sentiment\\na,positive              | there is no column of labels",
        "text,label\\n\"a,positive                | a quote is not closed",
      })
  void rowsThatFitNothingAreRefusedBeforeAnythingIsAsked(String rows, String what)
      throws IOException {
    Path data = Files.writeString(folder.resolve("rows.csv"), rows.replace("\\n", "\n") + "\n");
    CommandRun run = convert("--confidence", data.toString());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains(what, "rows.csv");
    assertThat(file()).doesNotExist();
  }

  @Test
  void labelsThatTheModelDoesNotHaveAreListedBeforeAnythingIsAsked() throws IOException {
    List<String> lines = new ArrayList<>(List.of("text\tlabel"));
    for (int i = 0; i < 100; i++) {
      lines.add("text " + i + "\t" + (i % 2 == 0 ? "positive" : "negativ"));
    }
    String data = Files.write(folder.resolve("rows.tsv"), lines).toString();
    CommandRun run = convert("--confidence", data);
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("no label \"negativ\" (near: negative)", "rows.tsv, line ");
  }

  @Test
  void aGateThatComparesNeedsTwoFilesAndOneThatIsMissedEndsWithFour() throws IOException {
    assertThat(convert("--recipe=f32").exitCode()).isZero();
    Path f32 = Files.copy(file(), folder.resolve("f32.tflite"));
    assertThat(convert("--recipe=int4", "--rounding=mse").exitCode()).isZero();
    List<String> lines = Files.readAllLines(CommandRun.EXAMPLE.resolve("test.tsv")).subList(0, 61);
    String data = Files.write(folder.resolve("rows.tsv"), lines).toString();
    String[] gates = {"--min-agreement=0", "--max-drop=100%", "--max-p95-ms=0.000001"};
    List<String> command =
        new ArrayList<>(List.of("evaluate", f32.toString(), file().toString(), "--data", data));
    command.addAll(List.of(gates));
    command.add("--json");
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.PARITY);
    JsonNode json = new ObjectMapper().readTree(run.out());
    assertThat(json.get("files").findValuesAsText("rounding")).containsExactly("plain", "mse");
    List<String> missed = new ArrayList<>();
    json.get("gates")
        .forEach(
            gate -> {
              if (!gate.get("passed").asBoolean()) {
                missed.add(gate.get("gate").asText());
              }
            });
    assertThat(missed).isNotEmpty().allMatch(name -> name.equals("max_p95_ms"));
    assertThat(CommandRun.of("evaluate", file().toString(), "--data", data).out())
        .contains("dynamic_wi4_afp32 mse");
    for (String gate : List.of("--min-agreement=0.9", "--max-drop=0.1")) {
      CommandRun alone = CommandRun.of("evaluate", f32.toString(), "--data", data, gate);
      assertThat(alone.exitCode()).as(gate).isEqualTo(ExitCode.INPUT);
      assertThat(alone.err()).contains(gate.substring(0, gate.indexOf('=')));
    }
  }
}
