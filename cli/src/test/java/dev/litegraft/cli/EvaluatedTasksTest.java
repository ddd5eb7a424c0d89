package dev.litegraft.cli;

import static dev.litegraft.cli.EvaluatedData.TEXTS;
import static dev.litegraft.cli.EvaluatedData.collapsed;
import static dev.litegraft.cli.EvaluatedData.converted;
import static dev.litegraft.cli.EvaluatedData.data;
import static dev.litegraft.cli.EvaluatedData.json;
import static dev.litegraft.cli.EvaluatedData.lines;
import static dev.litegraft.cli.EvaluatedData.measure;
import static dev.litegraft.cli.EvaluatedData.model;
import static dev.litegraft.cli.EvaluatedData.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code evaluate} of each kind of model: what it says follows from what the other commands say.
 */
class EvaluatedTasksTest {
  @TempDir static Path folder;

  @Test
  void aCrossEncodersScoreOfPairsIsANumber() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    List<String> rows = new ArrayList<>(List.of("a\tb\tgold"));
    for (int i = 0; i + 1 < TEXTS.size(); i++) {
      JsonNode answer =
          lines("classify", file, TEXTS.get(i), "--pair", TEXTS.get(i + 1), "--json").get(0);
      rows.add(
          TEXTS.get(i) + "\t" + TEXTS.get(i + 1) + "\t" + (2 * answer.get("score").asDouble()));
    }
    JsonNode report =
        json(
            "evaluate",
            file,
            "--data",
            data(folder, "numbers.tsv", rows),
            "--text-column",
            "a",
            "--pair-column",
            "b",
            "--label-column",
            "gold",
            "--json");
    assertThat(report.at("/task").asText()).isEqualTo("regression");
    assertThat(measure(report, "pearson")).isCloseTo(1, within(1e-9));
    assertThat(measure(report, "rmse")).isPositive();
  }

  @Test
  void nothingIsNearNumbersWithoutSpread() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    String alike = collapsed(folder);
    List<String> rows = new ArrayList<>(List.of("text\tpair"));
    TEXTS.forEach(text -> rows.add(text + "\t" + TEXTS.get(0)));
    String pairs = data(folder, "pairs.tsv", rows);
    JsonNode report = json("evaluate", alike, alike, "--data", pairs, "--json");
    assertThat(report.at("/files/1/comparison/agreement").isNull()).isTrue();
    assertThat(report.get("notes"))
        .extracting(JsonNode::asText)
        .contains(
            "B: agreement says nothing: the first file answers with one number, which has no spread");
    CommandRun run = CommandRun.of("evaluate", alike, file, "--data", pairs, "--min-agreement=0");
    assertThat(run.exitCode()).isEqualTo(ExitCode.PARITY);
    JsonNode spread = json("evaluate", file, alike, "--data", pairs, "--json");
    assertThat(spread.at("/files/1/comparison/agreement").asDouble()).isLessThan(1);
  }

  @Test
  void labelsThatAreEachRightOrNotAreMeasuredEach() throws IOException {
    Path copy = FolderCopy.of(CommandRun.EXAMPLE, folder.resolve("multi"));
    FolderEdit.key("problem_type", "\"multi_label_classification\"").on(copy);
    String file = converted(copy, folder, "multi.tflite", "--recipe=f32");
    List<String> texts = List.of("정말 재미있어요", "최악의 영화", "그저 그래요");
    List<String> rows = new ArrayList<>(List.of("text\tlabels"));
    for (String text : texts) {
      JsonNode answer = lines("classify", file, text, "--json").get(0);
      List<String> right = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        if (answer.get("probabilities").get(i).asDouble() > 0.5) {
          right.add(i == 0 ? "negative" : "positive");
        }
      }
      rows.add(text + "\t" + String.join("|", right));
    }
    JsonNode report = json("evaluate", file, "--data", data(folder, "sets.tsv", rows), "--json");
    assertThat(report.at("/task").asText()).isEqualTo("multi-label classification");
    assertThat(measure(report, "micro_f1")).isOne();
    assertThat(measure(report, "average_precision")).isOne();
  }

  @Test
  void flipsOfTaggersAndRerankersHaveMarginsToo() throws IOException {
    String texts = texts(folder, "f.tsv");
    String tagger = RecordedTask.convert("tagger", folder).file();
    String other = converted(model("tagger"), folder, "tagger-int4.tflite", "--recipe=int4");
    JsonNode flips =
        json("evaluate", tagger, other, "--data", texts, "--json").at("/files/1/comparison/flips");
    assertThat(flips).isNotEmpty();
    for (JsonNode flip : flips) {
      assertThat(flip.get("first_margin").asDouble()).isBetween(0.0, 1.0);
      assertThat(flip.get("margin").isNumber()).isTrue();
    }
    String first = RecordedTask.convert("cross-encoder", folder).file();
    String second = RecordedTask.convert("bi-encoder", folder).file();
    List<String> rows = new ArrayList<>(List.of("query\ttext"));
    for (String query : TEXTS) {
      TEXTS.forEach(text -> rows.add(query + "?\t" + text));
    }
    JsonNode ranked =
        json("evaluate", first, second, "--data", data(folder, "r.tsv", rows), "--json")
            .at("/files/1/comparison/flips");
    assertThat(ranked).isNotEmpty();
    for (JsonNode flip : ranked) {
      assertThat(flip.get("first_margin").asDouble()).isNotNegative();
      assertThat(flip.get("margin").asDouble()).isNotNegative();
    }
  }

  @Test
  void filesOfAnotherTaskAreToldBeforeTheWork() throws IOException {
    String tagger = RecordedTask.convert("tagger", folder).file();
    String embedder = RecordedTask.convert("bi-encoder", folder).file();
    String texts = texts(folder, "t.tsv");
    CommandRun run = CommandRun.of("evaluate", tagger, embedder, "--data", texts);
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains("the file is for embedding, and the first one for token classification")
        .contains("bi-encoder.tflite");
  }

  private static void assertUnread(String option, String column, String task, String... args) {
    List<String> command = new ArrayList<>(List.of("evaluate"));
    command.addAll(List.of(args));
    command.addAll(List.of(option, column));
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.out()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains(option + " names \"" + column + "\", and " + task + " reads no such column")
        .contains(".tsv", "leave " + option + " out");
  }

  @Test
  void aColumnThatIsNamedAndThatNothingReadsIsTold() throws IOException {
    String embedder = RecordedTask.convert("bi-encoder", folder).file();
    String tagger = RecordedTask.convert("tagger", folder).file();
    String data = data(folder, "unread.tsv", List.of("id\ttext\tb", "1\ta c\td", "2\te f\tg"));
    assertUnread("--label-column", "b", "embedding without pairs", embedder, "--data", data);
    assertUnread("--pair-column", "b", "tagging", tagger, "--data", data);
    String ranked = data(folder, "unread-ranked.tsv", List.of("query\ttext\tb", "a\tc\td"));
    assertUnread("--pair-column", "b", "ranking", embedder, "--data", ranked);
    for (String option : List.of("--pair-column", "--label-column", "--query-column")) {
      assertUnread(
          option,
          "b",
          "retrieval",
          embedder,
          "--data",
          data,
          "--queries",
          data(folder, "unread-queries.tsv", List.of("id\ttext", "q\ta c")),
          "--relevance",
          data(folder, "unread-judged.tsv", List.of("query-id\tcorpus-id\tscore", "q\t1\t1")));
    }
  }
}
