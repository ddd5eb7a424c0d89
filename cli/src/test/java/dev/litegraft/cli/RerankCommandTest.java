package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts in the order in which sentence-transformers ranks them, with its scores. */
class RerankCommandTest {
  /** Of scores of about 1; of an inner product of about 30 a millionth, too. */
  private static final double TOLERANCE = 2e-6;

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross-encoder",
        "cross-encoder-identity",
        "bi-encoder",
        "bi-encoder-dot",
        "colbert",
        "colbert-min",
        "colbert-pylate",
        "colbert-stanford",
        "splade",
        "splade-sum",
        "logit-score",
        "logit-score-single"
      })
  void textsAreInTheRecordedOrderWithTheirScores(String name) throws IOException {
    assertRanked(RecordedTask.convert(name, folder));
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3", "mxbai", "bge-gemma"})
  void aLanguageModelIsAskedAsItsPublisherAsksIt(String name) throws IOException {
    assertRanked(
        RecordedTask.convert(name + "-reranker", folder, "--reranker", name, "--max-length=1024"));
  }

  private static void assertRanked(RecordedTask task) throws IOException {
    for (Row row : task.rows("rows")) {
      List<String> command = new ArrayList<>(List.of("rerank", task.file(), "--json"));
      command.addAll(List.of("--query", row.text("query")));
      if (!row.isNull("instruction")) {
        command.addAll(List.of("--instruction", row.text("instruction")));
      }
      if (!row.isNull("top")) {
        command.add("--top=" + (int) row.number("top"));
      }
      command.addAll(row.texts("texts"));
      List<Row> answers = RecordedTask.answers(command.toArray(String[]::new));
      List<Row> ranked = row.rows("ranked");
      assertThat(answers).hasSameSizeAs(ranked);
      for (int i = 0; i < ranked.size(); i++) {
        Row answer = answers.get(i);
        Row expected = ranked.get(i);
        assertThat(answer.number("index")).as(row.toString()).isEqualTo(expected.number("index"));
        assertThat(answer.text("text"))
            .isEqualTo(row.texts("texts").get((int) expected.number("index")));
        for (String key : List.of("score", "logit")) {
          double number = expected.number(key);
          assertThat(answer.number(key))
              .as(key + row)
              .isCloseTo(number, within(TOLERANCE * Math.max(1, Math.abs(number))));
        }
      }
    }
  }

  @Test
  void aTemplateIsNotReadAsPlainText() throws IOException {
    String file = RecordedTask.convert("logit-score", folder).file();
    CommandRun run = CommandRun.of("rerank", file, "--query", "q", "a", "--plain-text");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("template has special tokens", "--plain-text").hasLineCount(3);
    CommandRun alone = CommandRun.of("classify", file, "a");
    assertThat(alone.err()).contains("one text alone", "litegraft rerank").hasLineCount(3);
  }

  @Test
  void textsMayStandInAFile() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    CommandRun table =
        CommandRun.withInput(
            "a play\na phone\nbread\n", "rerank", file, "--query", "a book", "--file", "-");
    assertThat(table.out().lines()).hasSize(4);
    assertThat(table.out().lines().findFirst().orElseThrow()).matches(" +score +index +text");
    assertThat(CommandRun.of("rerank", file, "a play").exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(CommandRun.of("rerank", file, "--query", "q", "--top=0", "a").err())
        .contains("--top is 0");
  }

  @Test
  void aQueryThatIsLongerThanTheModelIsRefused() throws IOException {
    for (String name : List.of("cross-encoder", "bi-encoder")) {
      String file = RecordedTask.convert(name, folder).file();
      CommandRun run = CommandRun.of("rerank", file, "--query", "a ".repeat(50), "a play");
      assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
      assertThat(run.err()).contains("the query", "shorten the query").hasLineCount(3);
    }
  }

  @Test
  void aClassifierOfSeveralLabelsNamesTheCommandThatFits() throws IOException {
    String file = RecordedTask.convert("nli-three", folder).file();
    CommandRun run = CommandRun.of("rerank", file, "--query", "q", "a");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("answers with 3 labels", "litegraft classify");
  }
}
