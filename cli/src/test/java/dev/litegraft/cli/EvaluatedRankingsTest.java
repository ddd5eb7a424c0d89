package dev.litegraft.cli;

import static dev.litegraft.cli.EvaluatedData.TEXTS;
import static dev.litegraft.cli.EvaluatedData.collapsed;
import static dev.litegraft.cli.EvaluatedData.converted;
import static dev.litegraft.cli.EvaluatedData.cosine;
import static dev.litegraft.cli.EvaluatedData.data;
import static dev.litegraft.cli.EvaluatedData.json;
import static dev.litegraft.cli.EvaluatedData.lines;
import static dev.litegraft.cli.EvaluatedData.measure;
import static dev.litegraft.cli.EvaluatedData.model;
import static dev.litegraft.cli.EvaluatedData.together;
import static dev.litegraft.cli.EvaluatedData.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evaluate} of what orders texts: retrieval, rerankers, late interaction. */
class EvaluatedRankingsTest {
  @TempDir static Path folder;

  @Test
  void textsAreFoundByQueriesThatAreTheSame() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    List<String> corpus = new ArrayList<>(List.of("id\ttext"));
    List<String> judged = new ArrayList<>(List.of("query-id\tcorpus-id\tscore"));
    List<String> queries = new ArrayList<>(List.of("id\ttext"));
    for (int i = 0; i < TEXTS.size(); i++) {
      corpus.add("t" + i + "\t" + TEXTS.get(i));
      queries.add("q" + i + "\t" + TEXTS.get(i));
      judged.add("q" + i + "\tt" + i + "\t1");
    }
    String[] command = {
      "evaluate",
      file,
      "--data",
      data(folder, "corpus.tsv", corpus),
      "--queries",
      data(folder, "queries.tsv", queries),
      "--relevance",
      data(folder, "judged.tsv", judged),
      "--json"
    };
    JsonNode report = json(command);
    assertThat(report.at("/rows").asInt()).isEqualTo(TEXTS.size());
    for (String name : List.of("ndcg_at_10", "recall_at_10", "recall_at_100", "mrr_at_10")) {
      assertThat(measure(report, name)).isCloseTo(1, within(1e-12));
    }
    // All queries of BEIR stand in one file, and judgements of one split of them in another.
    data(folder, "judged.tsv", judged.subList(0, 4));
    JsonNode some = json(command);
    assertThat(some.at("/rows").asInt()).isEqualTo(TEXTS.size());
    assertThat(some.at("/judged").asInt()).isEqualTo(3);
    assertThat(some.at("/notes/0").asText()).startsWith("3 of 8 queries judged; the others");
    for (String name : List.of("ndcg_at_10", "recall_at_10", "recall_at_100", "mrr_at_10")) {
      assertThat(measure(some, name)).as(name).isCloseTo(1, within(1e-12));
    }
    // −1 says that a text is not relevant, as 0 does.
    data(folder, "judged.tsv", List.of(judged.get(0), judged.get(1), "q0\tt1\t-1", "q1\tt1\t-1"));
    JsonNode negative = json(command);
    assertThat(negative.at("/judged").asInt()).isOne();
    assertThat(measure(negative, "ndcg_at_10")).isCloseTo(1, within(1e-12));
    judged.add("q0\tt0\t1");
    data(folder, "judged.tsv", judged);
    assertThat(measure(json(command), "ndcg_at_10")).isCloseTo(1, within(1e-12));
    judged.set(9, "q0\tt0\t2");
    data(folder, "judged.tsv", judged);
    CommandRun twice = CommandRun.of(command);
    assertThat(twice.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(twice.err())
        .contains("\"t0\" is judged twice for the query \"q0\": 1.0 and 2.0")
        .contains("judged.tsv, line 10");
    judged.set(9, "q9\tt1\t1");
    data(folder, "judged.tsv", judged);
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("there is no query \"q9\"", "judged.tsv, line 10");
  }

  @Test
  void aRerankersMeasuresFollowFromItsOrder() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    String query = "Who went to France?";
    List<String> command = new ArrayList<>(List.of("rerank", file, "--json", "--query", query));
    command.addAll(TEXTS);
    List<JsonNode> ranked = lines(command.toArray(String[]::new));
    int third = ranked.get(2).get("index").asInt();
    List<String> rows = new ArrayList<>(List.of("query\ttext\tscore"));
    for (int i = 0; i < TEXTS.size(); i++) {
      rows.add(query + "\t" + TEXTS.get(i) + "\t" + (i == third ? 1 : 0));
    }
    JsonNode report = json("evaluate", file, "--data", data(folder, "ranked.tsv", rows), "--json");
    assertThat(report.at("/task").asText()).isEqualTo("ranking");
    assertThat(measure(report, "mrr_at_10")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(measure(report, "ndcg_at_10")).isCloseTo(0.5, within(1e-12)); // 1 / log2(4)
    for (String text : TEXTS) {
      rows.add("What is the weather like?\t" + text + "\t-1");
    }
    JsonNode half = json("evaluate", file, "--data", data(folder, "half.tsv", rows), "--json");
    assertThat(half.at("/rows").asInt()).isEqualTo(2);
    assertThat(half.at("/judged").asInt()).isOne();
    assertThat(measure(half, "mrr_at_10")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(measure(half, "ndcg_at_10")).isCloseTo(0.5, within(1e-12));
    JsonNode scored =
        json(
            "evaluate",
            file,
            "--data",
            data(folder, "pairs.tsv", rows),
            "--text-column",
            "text",
            "--json");
    assertThat(scored.at("/task").asText()).isEqualTo("ranking");
  }

  /** Data often name the relevant text first, and texts of one score keep the order of the data. */
  @Test
  void aRerankerThatScoresAllTextsAlikeIsNotPerfect() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    String collapsed = collapsed(folder);
    List<String> rows = new ArrayList<>(List.of("query\ttext\tscore"));
    for (String text : TEXTS) {
      rows.add("Who?\t" + text + "\t" + (rows.size() == 1 ? 1 : 0));
    }
    String data = data(folder, "first.tsv", rows);
    JsonNode report = json("evaluate", collapsed, file, collapsed, "--data", data, "--json");
    double ndcg = 0;
    double mrr = 0;
    for (int place = 1; place <= TEXTS.size(); place++) {
      ndcg += Math.log(2) / Math.log(place + 1) / TEXTS.size();
      mrr += 1.0 / place / TEXTS.size();
    }
    assertThat(measure(report, "ndcg_at_10")).isCloseTo(ndcg, within(1e-12));
    assertThat(measure(report, "mrr_at_10")).isCloseTo(mrr, within(1e-12));
    assertThat(report.get("notes"))
        .extracting(JsonNode::asText)
        .contains(
            "A: 1 of 1 queries have texts of equal score; measures are means over their orders");
    assertThat(report.get("notes").toString()).doesNotContain("B: ");
    JsonNode ordered = report.at("/files/1/comparison");
    assertThat(ordered.get("agreement").asDouble()).isZero();
    assertThat(ordered.get("same_order").asDouble()).isZero();
    assertThat(ordered.at("/flips/0/first").asText()).contains(" and 7 of equal score");
    assertThat(ordered.at("/flips/0/margin").asDouble()).isPositive();
    JsonNode alike = report.at("/files/2/comparison");
    assertThat(alike.get("agreement").isNull()).isTrue();
    assertThat(alike.has("same_order")).isFalse();
    assertThat(report.get("notes"))
        .extracting(JsonNode::asText)
        .contains(
            "C: agreement says nothing: 1 of 1 queries are not in the agreement: they have one"
                + " text, or both files score all their texts alike");
  }

  @Test
  void oneTextAQueryIsNoRanking() throws IOException {
    String file = RecordedTask.convert("cross-encoder", folder).file();
    List<String> rows =
        List.of("query\ttext\tscore", "Who?\tBob.\t1", "Where?\tParis.\t2", "When?\tNow.\t0");
    String data = data(folder, "alone.tsv", rows);
    assertThat(json("evaluate", file, "--data", data, "--json").get("notes"))
        .extracting(JsonNode::asText)
        .contains(
            "3 of 3 queries have one text, which is first whatever its score is",
            "ndcg_at_10 says nothing: no query has texts of different grades, so that each order is as"
                + " good");
    // Two rows of one text are one text.
    data(folder, "alone.tsv", Stream.concat(rows.stream(), Stream.of("When?\tNow.\t0")).toList());
    for (String gate : List.of("--min-accuracy=0.9", "--max-drop=1%", "--min-agreement=0.9")) {
      CommandRun run = CommandRun.of("evaluate", file, file, "--data", data, gate);
      assertThat(run.exitCode()).as(gate).isEqualTo(ExitCode.INPUT);
      assertThat(run.err())
          .contains("the gate cannot be computed: ")
          .contains(gate.startsWith("--min-ag") ? "each query has one text" : "different grades");
    }
    String some =
        data(
            folder,
            "some.tsv",
            Stream.concat(rows.stream(), Stream.of("When?\tEver.\t1")).toList());
    JsonNode one = json("evaluate", file, file, "--data", some, "--json");
    JsonNode beside = one.at("/files/1/comparison");
    assertThat(beside.get("agreement").asDouble()).isOne();
    assertThat(beside.get("same_order").asDouble()).isOne();
    double zz = 1.959963984540054 * 1.959963984540054; // Wilson's low end of 1 of 1
    assertThat(beside.at("/agreement_interval/0").asDouble())
        .isCloseTo(1 / (1 + zz), within(1e-12));
    assertThat(one.get("notes").toString())
        .contains("B: 2 of 3 queries are not in the agreement: they have one text");
    CommandRun run =
        CommandRun.of(
            "evaluate", file, file, "--data", some, "--min-agreement=0.9", "--max-drop=1%");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  /** The same text many times over, of which the judged ones do not all fit into the hundred. */
  @Test
  void textsThatARetrieverCannotTellApartAreInNoOrder() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    List<String> corpus = new ArrayList<>(List.of("id\ttext"));
    for (int i = 0; i < 200; i++) {
      corpus.add("t" + i + "\t" + TEXTS.get(0));
    }
    JsonNode report =
        json(
            "evaluate",
            file,
            "--data",
            data(folder, "alike.tsv", corpus),
            "--queries",
            data(folder, "one-query.tsv", List.of("id\ttext", "q\t" + TEXTS.get(1))),
            "--relevance",
            data(
                folder,
                "two-judged.tsv",
                List.of("query-id\tcorpus-id\tscore", "q\tt0\t1", "q\tt199\t1")),
            "--json");
    assertThat(measure(report, "recall_at_10")).isCloseTo(10 / 200.0, within(1e-12));
    assertThat(measure(report, "recall_at_100")).isCloseTo(0.5, within(1e-12));
    double mrr = 0;
    for (int place = 1; place <= 10; place++) {
      mrr += (200.0 - place) / (100 * 199) / place; // C(200 - place, 1) / C(200, 2)
    }
    assertThat(measure(report, "mrr_at_10")).isCloseTo(mrr, within(1e-12));
    assertThat(report.get("notes").toString()).contains("A: 1 of 1 queries find texts of equal");
  }

  /** The texts by how near they are to one of them, the nearest first. */
  private static List<String> nearest(List<String> texts, List<double[]> vectors, int to) {
    return IntStream.range(0, texts.size())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -cosine(vectors.get(i), vectors.get(to))))
        .map(texts::get)
        .toList();
  }

  /** Of twelve ids of one text it is the data's order which of them are among the first ten. */
  @Test
  void queriesWhoseFirstTenAreUndecidedAreInNoAgreement() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String coarse = converted(model("bi-encoder"), folder, "coarse.tflite", "--recipe=int4");
    List<String> queries = together().subList(1, 41);
    List<String> corpus = new ArrayList<>(queries);
    corpus.addAll(Collections.nCopies(11, queries.get(0)));
    List<String> found = new ArrayList<>(List.of("id\ttext"));
    corpus.forEach(text -> found.add("t" + found.size() + "\t" + text));
    List<String> asked = new ArrayList<>(List.of("id\ttext"));
    queries.forEach(text -> asked.add("q" + asked.size() + "\t" + text));
    List<double[]> before = vectors(file, corpus);
    List<double[]> now = vectors(coarse, corpus);
    double sum = 0;
    int decided = 0;
    for (int q = 0; q < queries.size(); q++) {
      List<String> first = nearest(corpus, before, q);
      List<String> second = nearest(corpus, now, q);
      if (!first.get(9).equals(first.get(10)) && !second.get(9).equals(second.get(10))) {
        decided++;
        List<String> others = new ArrayList<>(second.subList(0, 10));
        sum += first.subList(0, 10).stream().filter(others::remove).count() / 10.0;
      }
    }
    assertThat(decided).isBetween(1, queries.size() - 1);
    List<String> command =
        new ArrayList<>(
            List.of(
                "evaluate",
                file,
                coarse,
                "--data",
                data(folder, "copies.tsv", found),
                "--queries",
                data(folder, "copies-queries.tsv", asked),
                "--relevance",
                data(
                    folder,
                    "copies-judged.tsv",
                    List.of("query-id\tcorpus-id\tscore", "q1\tt1\t1")),
                "--json"));
    JsonNode report = json(command.toArray(String[]::new));
    assertThat(report.at("/files/1/comparison/agreement").asDouble())
        .isCloseTo(sum / decided, within(1e-12));
    assertThat(report.get("notes").toString())
        .contains("B: " + (40 - decided) + " of 40 queries are not in the agreement: in one of the")
        .contains("number 10 of the nearest is as near as number 11");
    // Nineteen texts are not twenty, however many ids they have.
    List<String> few = new ArrayList<>(found.subList(0, 20));
    few.addAll(found.subList(41, 52));
    data(folder, "copies.tsv", few);
    command.set(command.size() - 1, "--min-agreement=0");
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("the gate cannot be computed: there are 19 different texts");
  }

  @Test
  void aQueryThatLateInteractionCutsIsTold() throws IOException {
    String file = RecordedTask.convert("colbert", folder).file();
    List<String> rows =
        List.of(
            "query\ttext\tscore", "Who went ".repeat(100) + "\tParis\t1", "Who went?\tParis\t1");
    JsonNode report = json("evaluate", file, "--data", data(folder, "cut.tsv", rows), "--json");
    assertThat(report.at("/notes").toString())
        .contains("1 of 2 queries truncated, longer than the model reads");
  }
}
