package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels that are named on the command line, as transformers' zero-shot pipeline scores them. */
class ZeroShotTest {
  /** Of probabilities; the pipeline computes them in f32. */
  private static final double TOLERANCE = 2e-6;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"nli-three", "nli-two"})
  void scoresAreThoseOfThePipeline(String name) throws IOException {
    RecordedTask task = RecordedTask.convert(name, folder);
    assertThat(task.rows("rows")).hasSize(36);
    for (Row row : task.rows("rows")) {
      List<String> command =
          new ArrayList<>(List.of("classify", task.file(), row.text("text"), "--json", "--labels"));
      command.add(String.join(", ", row.texts("candidates")));
      command.addAll(List.of("--hypothesis", row.text("hypothesis")));
      if (row.text("multi_label").equals("true")) {
        command.add("--multi-label");
      }
      Row answer = RecordedTask.answers(command.toArray(String[]::new)).get(0);
      assertThat(answer.texts("labels")).as(row.toString()).isEqualTo(row.texts("labels"));
      assertThat(answer.numbers("scores"))
          .as(row.toString())
          .containsExactly(row.numbers("scores"), within(TOLERANCE));
      assertThat(answer.text("label")).isEqualTo(row.texts("labels").get(0));
    }
  }

  @Test
  void withoutJsonEachTextHasATable() throws IOException {
    String file = RecordedTask.convert("nli-three", folder).file();
    CommandRun run = CommandRun.of("classify", file, "a phone", "a play", "--labels", "phone,play");
    assertThat(run.out().lines()).hasSize(9).contains("a phone", "a play");
    assertThat(run.out()).contains("label  probability");
  }

  @Test
  void labelsThatAreEmptyOrTheSameAreAUsageFault() {
    for (String labels : List.of("", "a,,b", "a, b,a", " ")) {
      CommandRun run = CommandRun.of("classify", "absent.tflite", "text", "--labels", labels);
      assertThat(run.exitCode()).as(labels).isEqualTo(ExitCode.USAGE);
      assertThat(run.err()).contains("--labels is \"" + labels + "\"", "of which a label is");
      assertThat(run.err().lines()).hasSize(3);
    }
    assertThat(CommandRun.of("classify", "x", "text", "--labels=a", "--hypothesis", "about").err())
        .contains("has no place for the label");
    assertThat(CommandRun.of("classify", "x", "text", "--multi-label").err())
        .contains("--multi-label is given without --labels");
  }

  @Test
  void whatWasFittedToThePairsCountsInScores() throws IOException {
    String file = RecordedTask.convert("nli-three", folder).file();
    double[] plain = scores(file);
    Path recipe =
        Files.writeString(
            folder.resolve("recipe.json"),
            "{\"recipe\": \"f32\", \"rules\": [], \"confidence\": {\"temperature\": 2}}");
    Path model = RecordedTask.CASES.resolve("nli-three").resolve("model");
    String fitted = folder.resolve("fitted.tflite").toString();
    CommandRun made =
        CommandRun.of(
            "convert", model.toString(), "-o", fitted, "--recipe-file", recipe.toString());
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    double[] after = scores(fitted);
    assertThat(Math.log(after[0] / after[1]))
        .isCloseTo(Math.log(plain[0] / plain[1]) / 2, within(1e-6))
        .isPositive();
  }

  private static double[] scores(String file) throws IOException {
    return RecordedTask.answers("classify", file, "a text", "--labels", "phone,play", "--json")
        .get(0)
        .numbers("scores");
  }

  @Test
  void aHypothesisThatIsLongerThanTheModelIsRefused() throws IOException {
    String file = RecordedTask.convert("nli-three", folder).file();
    CommandRun run = CommandRun.of("classify", file, "a text", "--labels", "b".repeat(80) + ",a");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("leaves no room for the text", "use shorter labels");
  }

  @Test
  void aClassifierWithoutEntailmentIsRefused() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    CommandRun run = CommandRun.of("classify", file, "a text", "--labels", "a,b");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("none of the file's labels is called entailment", "id2label");
  }
}
