package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.cli.RecordedTask.Row;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Outcome;
import dev.litegraft.runtime.QueryTexts;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
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
        "bi-encoder-prompts",
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
      for (String prompt : List.of("prompt", "document_prompt")) {
        if (!row.isNull(prompt)) {
          command.addAll(List.of("--" + prompt.replace('_', '-'), row.text(prompt)));
        }
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
  void aPromptIsOneOfTheFilesOwn() throws IOException {
    String embedder = RecordedTask.convert("bi-encoder-prompts", folder).file();
    CommandRun other = CommandRun.of("rerank", embedder, "--query", "q", "--prompt", "x", "a");
    assertThat(other.err())
        .contains("no prompt \"x\"", "query, passage, clustering")
        .hasLineCount(3);
    String pairs = RecordedTask.convert("cross-encoder", folder).file();
    CommandRun none = CommandRun.of("rerank", pairs, "--query", "q", "--document-prompt", "x", "a");
    assertThat(none.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(none.err()).contains("reads the query with each text").hasLineCount(3);
  }

  @Test
  void promptsOfLateInteractionHaveNames() throws IOException {
    String file = RecordedTask.convert("colbert", folder).file();
    String[] usual = {"rerank", file, "--query", "a book", "a play", "bread", "--json"};
    String[] named = Arrays.copyOf(usual, usual.length + 4);
    System.arraycopy(
        new String[] {"--prompt", "query", "--document-prompt", "document"}, 0, named, 7, 4);
    List<Row> scores = RecordedTask.answers(usual);
    assertThat(RecordedTask.answers(named).get(0).number("score"))
        .isEqualTo(scores.get(0).number("score"));
    named[8] = "";
    assertThat(RecordedTask.answers(named).get(0).number("score"))
        .isNotEqualTo(scores.get(0).number("score"));
    String[] asked = {"embed", file, "a book", "--json", "--prompt", "query"};
    assertThat(RecordedTask.answers(asked).get(0).matrix("token_embeddings")).hasNumberOfRows(12);
  }

  /** Faulty queries among others, and texts of many lengths. */
  @ParameterizedTest
  @ValueSource(
      strings = {"cross-encoder", "bi-encoder-prompts", "colbert", "splade", "logit-score"})
  void manyQueriesAreAnsweredAsEachByItself(String name) throws IOException {
    String file = RecordedTask.convert(name, folder).file();
    List<QueryTexts> queries = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      List<String> texts = new ArrayList<>();
      for (int j = 0; j <= i % 7; j++) {
        texts.add("a play by " + "someone ".repeat((i * 5 + j * 3) % 11) + j);
      }
      queries.add(new QueryTexts(i % 20 == 7 ? "a ".repeat(500) : "book " + i, texts));
    }
    RuntimeOptions options = RuntimeOptions.defaults().withThreads(1).withInterpreters(2);
    try (Reranker reranker = Reranker.open(Path.of(file), options);
        Stream<Outcome<QueryTexts, List<RankedText>>> all = reranker.rankAll(queries.stream())) {
      List<Outcome<QueryTexts, List<RankedText>>> outcomes = all.toList();
      assertThat(outcomes).extracting(Outcome::text).isEqualTo(queries);
      for (int i = 0; i < queries.size(); i++) {
        QueryTexts asked = queries.get(i);
        assertThat(outcomes.get(i).index()).isEqualTo(i);
        Optional<String> fault = outcomes.get(i).fault().map(InvalidInputException::what);
        List<RankedText> alone = List.of();
        try {
          alone = reranker.rank(asked.query(), asked.texts());
          assertThat(fault).isEmpty();
        } catch (InvalidInputException e) {
          assertThat(fault).contains(e.what());
          continue;
        }
        List<RankedText> together = outcomes.get(i).orThrow();
        assertThat(together).hasSameSizeAs(alone);
        for (int j = 0; j < alone.size(); j++) {
          assertThat(together.get(j).index()).isEqualTo(alone.get(j).index());
          assertThat(together.get(j).score()).isCloseTo(alone.get(j).score(), within(TOLERANCE));
          assertThat(together.get(j).truncated()).isEqualTo(alone.get(j).truncated());
          assertThat(together.get(j).queryTruncated()).isEqualTo(alone.get(j).queryTruncated());
        }
      }
    }
  }

  @Test
  void aQueryWithoutTextsIsNone() {
    assertThatThrownBy(() -> new QueryTexts("q", List.of()))
        .hasMessageContaining("there are no texts to order");
  }

  @Test
  void whatTheSourceThrowsComesAfterTheAnswersBefore() throws IOException {
    String file = RecordedTask.convert("colbert", folder).file();
    Stream<QueryTexts> queries =
        Stream.of("a", "b", "c")
            .map(
                query -> {
                  if (query.equals("c")) {
                    throw new IllegalStateException("no more");
                  }
                  return new QueryTexts(query, List.of("text"));
                });
    List<String> answered = new ArrayList<>();
    try (Reranker reranker = Reranker.open(Path.of(file))) {
      assertThatThrownBy(
              () -> reranker.rankAll(queries).forEach(one -> answered.add(one.text().query())))
          .hasMessage("no more");
    }
    assertThat(answered).containsExactly("a", "b");
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
  void aQueryThatLateInteractionCutsIsSaidToBeCut() throws IOException {
    String file = RecordedTask.convert("colbert", folder).file();
    CommandRun cut = CommandRun.of("rerank", file, "--query", "a ".repeat(60), "a play", "--json");
    assertThat(cut.exitCode()).isZero();
    assertThat(cut.out()).contains("\"query_truncated\":true");
    CommandRun whole = CommandRun.of("rerank", file, "--query", "a book", "a play", "--json");
    assertThat(whole.out()).contains("\"truncated\":false").doesNotContain("query_truncated");
  }

  @Test
  void aClassifierOfSeveralLabelsNamesTheCommandThatFits() throws IOException {
    String file = RecordedTask.convert("nli-three", folder).file();
    CommandRun run = CommandRun.of("rerank", file, "--query", "q", "a");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("answers with 3 labels", "litegraft classify");
  }
}
