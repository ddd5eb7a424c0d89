package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spans that answer questions, as transformers' pipeline finds them. */
class AnswerCommandTest {
  /** Of probabilities; the pipeline computes them in f32. */
  private static final double TOLERANCE = 2e-6;

  private static final Map<String, String> OPTIONS =
      Map.of("top_k", "--top", "doc_stride", "--stride", "max_answer_len", "--max-answer");

  @TempDir private static Path folder;
  private static RecordedTask answerer = new RecordedTask("", Map.of());

  @BeforeAll
  static void convert() throws IOException {
    answerer = RecordedTask.convert("qa", folder);
  }

  @Test
  void answersAreThoseOfThePipeline() throws IOException {
    assertThat(answerer.rows("rows")).hasSize(30);
    for (Row row : answerer.rows("rows")) {
      List<String> command = new ArrayList<>(List.of("answer", answerer.file(), "--json"));
      command.addAll(List.of("--context", row.text("context"), row.text("question")));
      Row options = row.row("options");
      for (String name : options.json().keySet()) {
        command.add(
            OPTIONS.containsKey(name)
                ? OPTIONS.get(name) + "=" + (int) options.number(name)
                : "--may-be-empty");
      }
      Row answer = RecordedTask.answers(command.toArray(String[]::new)).get(0);
      List<Row> found = answer.rows("answers");
      List<Row> expected = row.rows("answers");
      assertThat(found).as(row.toString()).hasSameSizeAs(expected);
      for (int i = 0; i < found.size(); i++) {
        for (String key : List.of("start", "end")) {
          assertThat(found.get(i).number(key))
              .as(row.toString() + found)
              .isEqualTo(expected.get(i).number(key));
        }
        assertThat(found.get(i).text("answer")).isEqualTo(expected.get(i).text("answer"));
        assertThat(found.get(i).number("score"))
            .isCloseTo(expected.get(i).number("score"), within(TOLERANCE));
      }
      assertThat(answer.text("answer")).isEqualTo(expected.get(0).text("answer"));
    }
  }

  @Test
  void aTableHasTheAnswers() {
    CommandRun run =
        CommandRun.of(
            "answer", answerer.file(), "--context", "goethe wrote faust", "who ?", "--top=2");
    assertThat(run.out().lines()).hasSize(3);
    assertThat(run.out()).startsWith("answer").contains("score  start  end");
  }

  @Test
  void aQuestionThatIsLongerThanTheModelIsRefused() {
    CommandRun run =
        CommandRun.of("answer", answerer.file(), "--context", "a play", "who ".repeat(40));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains("the question has 43 tokens", "shorten the question")
        .hasLineCount(3);
    assertThat(CommandRun.of("answer", answerer.file(), "--context", "", "who").err())
        .contains("the context is empty");
    assertThat(CommandRun.of("answer", answerer.file(), "who").exitCode())
        .isEqualTo(ExitCode.USAGE);
  }

  @Test
  void eachPairOfTaskAndCommandNamesTheCommandThatFits() throws IOException {
    assertThat(CommandRun.of("classify", answerer.file(), "a").err())
        .contains("answers questions", "litegraft answer");
    assertThat(CommandRun.of("embed", answerer.file(), "a").err()).contains("litegraft answer");
    assertThat(CommandRun.of("redact", answerer.file(), "a").err()).contains("litegraft answer");
    assertThat(CommandRun.of("rerank", answerer.file(), "--query", "q", "a").err())
        .contains("litegraft answer");
    Path model = RecordedTask.CASES.resolve("qa").resolve("model");
    String out = folder.resolve("x.tflite").toString();
    assertThat(CommandRun.of("convert", model.toString(), "-o", out, "--as=classifier").err())
        .contains("answers questions with spans", "litegraft answer")
        .hasLineCount(3);
    String encoder = RecordedTask.convert("cross-encoder", folder).file();
    assertThat(CommandRun.of("answer", encoder, "--context", "a", "b").err())
        .contains("text classifier", "litegraft rerank", "litegraft classify");
    String splade = RecordedTask.convert("splade", folder).file();
    assertThat(CommandRun.of("classify", splade, "a").err()).contains("litegraft embed");
  }
}
