package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.litegraft.runtime.Aggregation;
import dev.litegraft.runtime.TokenClassifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code evaluate} of each kind of model: what it says follows from what the other commands say.
 */
class EvaluatedTasksTest {
  private static final List<String> TEXTS =
      List.of(
          "Alice went to Paris with Bob.",
          "The weather is fine today.",
          "Bob lives in London.",
          "A cat sat on the mat.",
          "Rain falls on the plain in Spain.",
          "Carol and Dave met in Berlin.",
          "Nothing happened.",
          "The sun shines.");

  @TempDir static Path folder;

  private static String data(String name, List<String> lines) throws IOException {
    return Files.write(folder.resolve(name), lines).toString();
  }

  private static JsonNode json(String... args) throws IOException {
    CommandRun run = CommandRun.of(args);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return new ObjectMapper().readTree(run.out());
  }

  private static List<JsonNode> lines(String... args) throws IOException {
    CommandRun run = CommandRun.of(args);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    List<JsonNode> all = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      all.add(new ObjectMapper().readTree(line));
    }
    return all;
  }

  private static double measure(JsonNode report, String name) {
    JsonNode value = report.at("/files/0/measures/" + name + "/value");
    assertThat(value.isNumber()).as(report.toString()).isTrue();
    return value.asDouble();
  }

  private static String quantized(String task) {
    String file = folder.resolve(task + "-int8.tflite").toString();
    String model = RecordedTask.CASES.resolve(task).resolve("model").toString();
    CommandRun run = CommandRun.of("convert", model, "-o", file, "--no-verify");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return file;
  }

  @Test
  void aTaggersOwnAnswersAreAllRightAndOthersAreNot() throws IOException {
    String file = RecordedTask.convert("tagger", folder).file();
    List<String> rows = new ArrayList<>(List.of("text\ttags"));
    String unlabelled =
        data("sentences.tsv", Stream.concat(Stream.of("text"), TEXTS.stream()).toList());
    assertThat(json("evaluate", file, "--data", unlabelled, "--json").at("/task").asText())
        .isEqualTo("token classification");
    for (String text : TEXTS) {
      rows.add(text + "\t" + String.join(" ", text.replaceAll("\\S+", "O").split(" ", -1)));
    }
    JsonNode report = json("evaluate", file, "--data", data("outside.tsv", rows), "--json");
    // No entity is right: what the tagger finds is wrong, and every word that it tags, too.
    assertThat(measure(report, "entity_f1")).isZero();
    assertThat(measure(report, "entity_f1_strict")).isZero();
    assertThat(measure(report, "word_accuracy")).isBetween(0.0, 1.0);
    rows.set(1, TEXTS.get(0) + "\tO O");
    CommandRun run = CommandRun.of("evaluate", file, "--data", data("few.tsv", rows));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err()).contains("2 tags for 6 words", "few.tsv, line 2");
  }

  @Test
  void tagsWithoutPrefixesAreMeasuredByWords() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("words"));
    try (Stream<Path> files = Files.list(RecordedTask.CASES.resolve("tagger").resolve("model"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path config = copy.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("B-PER", "PER")
            .replace("I-PER", "ORG")
            .replace("B-LOC", "LOC")
            .replace("I-LOC", "MISC"));
    String file = folder.resolve("words.tflite").toString();
    CommandRun made =
        CommandRun.of("convert", copy.toString(), "-o", file, "--recipe=f32", "--no-verify");
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    List<String> rows = new ArrayList<>(List.of("text\ttags"));
    for (String text : TEXTS) {
      rows.add(text + "\t" + text.replaceAll("\\S+", "ORG"));
    }
    String data = data("words.tsv", rows);
    JsonNode report = json("evaluate", file, "--data", data, "--json");
    assertThat(report.at("/main_measure").asText()).isEqualTo("word_accuracy");
    assertThat(report.at("/notes/0").asText()).startsWith("no label begins with B- or I-");
    double recall = Double.NaN;
    for (JsonNode one : report.at("/files/0/classes")) {
      assertThat(one.get("label").asText()).isIn("PER", "ORG", "LOC", "MISC");
      recall = one.get("label").asText().equals("ORG") ? one.get("recall").asDouble() : recall;
    }
    // Each word is an ORG, so that its recall is the part of words that are right.
    assertThat(recall).isCloseTo(measure(report, "word_accuracy"), within(1e-12));
  }

  @Test
  void wordsHaveTheTagsOfTheirFirstTokens() throws IOException {
    String file = RecordedTask.convert("tagger", folder).file();
    List<String> rows = new ArrayList<>(List.of("text\ttags"));
    int wrong = 0;
    int words = 0;
    try (TokenClassifier tagger = TokenClassifier.open(Path.of(file))) {
      for (String text : TEXTS) {
        List<String> tags = new ArrayList<>();
        int begin = 0;
        for (String word : text.split(" ", -1)) {
          int from = begin;
          tags.add(
              tagger.classify(text, Aggregation.NONE).labels().stream()
                  .filter(token -> token.start() >= from)
                  .findFirst()
                  .orElseThrow()
                  .label());
          begin += word.length() + 1;
        }
        words += tags.size();
        if (rows.size() == 3) {
          wrong += tags.get(1).equals("O") ? 1 : 0;
          tags.set(1, tags.get(1).equals("O") ? "B-LOC" : tags.get(1));
        }
        rows.add(text + "\t" + String.join(" ", tags));
      }
    }
    JsonNode report = json("evaluate", file, "--data", data("own.tsv", rows), "--json");
    assertThat(measure(report, "word_accuracy"))
        .isCloseTo(1 - (double) wrong / words, within(1e-12));
    assertThat(measure(report, "entity_f1")).isGreaterThan(wrong == 0 ? 0.999 : 0.5);
    rows.set(1, rows.get(1).replaceAll("\t.*", "\tO O"));
    CommandRun run = CommandRun.of("evaluate", file, "--data", data("short.tsv", rows));
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
  }

  @Test
  void flipsOfTaggersAndRerankersHaveMarginsToo() throws IOException {
    String texts = data("f.tsv", Stream.concat(Stream.of("text"), TEXTS.stream()).toList());
    String tagger = RecordedTask.convert("tagger", folder).file();
    String other = folder.resolve("tagger-int4.tflite").toString();
    String model = RecordedTask.CASES.resolve("tagger").resolve("model").toString();
    CommandRun.of("convert", model, "-o", other, "--recipe=int4", "--no-verify");
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
        json("evaluate", first, second, "--data", data("r.tsv", rows), "--json")
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
    String texts = data("t.tsv", Stream.concat(Stream.of("text"), TEXTS.stream()).toList());
    CommandRun run = CommandRun.of("evaluate", tagger, embedder, "--data", texts);
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains("the file is for embedding, and the first one for token classification")
        .contains("bi-encoder.tflite");
  }

  @Test
  void embeddersOfOtherWidthsAreComparedByWhatIsNear() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String narrow = folder.resolve("narrow.tflite").toString();
    CommandRun made =
        CommandRun.of(
            "convert",
            RecordedTask.CASES.resolve("bi-encoder").resolve("model").toString(),
            "-o",
            narrow,
            "--recipe=f32",
            "--dimensions=8",
            "--no-verify");
    assertThat(made.exitCode()).as(made.err()).isEqualTo(ExitCode.DONE);
    String texts = data("w.tsv", Stream.concat(Stream.of("text"), TEXTS.stream()).toList());
    JsonNode beside =
        json("evaluate", file, narrow, "--data", texts, "--json").at("/files/1/comparison");
    assertThat(beside.get("agreement").asDouble()).isBetween(0.1, 1.0);
    assertThat(beside.has("cosine_mean")).isFalse();
    JsonNode one =
        json("evaluate", file, file, "--data", data("one.tsv", List.of("text", "x y")), "--json");
    assertThat(one.at("/files/1/comparison/agreement").isNull()).isTrue();
  }

  @Test
  void gatesThatTheRowsDoNotDefineAreToldBeforeTheWork() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    String same = data("same.tsv", List.of("text\tpair\tscore", "a b\tc d\t1", "e f\tg h\t1.0"));
    CommandRun run = CommandRun.of("evaluate", file, "--data", same, "--min-accuracy", "0.5");
    assertThat(run.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(run.err())
        .contains("the gate cannot be computed: all numbers of the column are the same");
    String one = data("alone.tsv", List.of("text", "a b"));
    CommandRun alone =
        CommandRun.of("evaluate", file, file, "--data", one, "--min-agreement", "0.5");
    assertThat(alone.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(alone.err()).contains("the gate cannot be computed: there is one text");
  }

  @Test
  void theFastestFileIsInt8ButForWhatHurts() throws IOException {
    List<String> rows = new ArrayList<>(List.of("text"));
    for (String text : TEXTS) {
      for (String other : TEXTS) {
        rows.add(text + " " + other);
      }
    }
    CommandRun run =
        CommandRun.of(
            "tune",
            RecordedTask.CASES.resolve("bi-encoder").resolve("model").toString(),
            "--data",
            data("many.tsv", rows),
            "-o",
            folder.resolve("fast.tflite").toString(),
            "--for=speed",
            "--min-agreement=0.9999",
            "--json");
    assertThat(run.err()).doesNotContain("error:");
    JsonNode report = new ObjectMapper().readTree(run.out());
    List<String> names = report.at("/tried").findValuesAsText("recipe");
    assertThat(names).anyMatch(name -> name.endsWith(" in int8_weight_only"));
    assertThat(names).anyMatch(name -> name.startsWith("dynamic_wi8_afp32, encoder.layer.*."));
  }

  @Test
  void anEmbeddersPairsAreComparedByTheirCosines() throws IOException {
    String file = RecordedTask.convert("bi-encoder", folder).file();
    List<double[]> vectors = new ArrayList<>();
    List<String> command = new ArrayList<>(List.of("embed", file, "--json"));
    command.addAll(TEXTS);
    for (JsonNode line : lines(command.toArray(String[]::new))) {
      double[] vector = new double[line.get("embedding").size()];
      for (int i = 0; i < vector.length; i++) {
        vector[i] = line.get("embedding").get(i).asDouble();
      }
      vectors.add(vector);
    }
    List<String> rows = new ArrayList<>(List.of("text,pair,score"));
    for (int i = 0; i + 1 < TEXTS.size(); i++) {
      double cosine = cosine(vectors.get(i), vectors.get(i + 1));
      rows.add("\"" + TEXTS.get(i) + "\",\"" + TEXTS.get(i + 1) + "\"," + cosine);
    }
    JsonNode report =
        json(
            "evaluate", file, quantized("bi-encoder"), "--data", data("pairs.csv", rows), "--json");
    assertThat(measure(report, "spearman")).isCloseTo(1, within(1e-9));
    assertThat(measure(report, "pearson")).isCloseTo(1, within(1e-6));
    assertThat(report.at("/files/1/comparison/cosine_mean").asDouble()).isBetween(0.9, 1.0);
    assertThat(report.at("/files/1/comparison/agreement").asDouble()).isBetween(0.5, 1.0);
  }

  private static double cosine(double[] a, double[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
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
    String data = data("unread.tsv", List.of("id\ttext\tb", "1\ta c\td", "2\te f\tg"));
    assertUnread("--label-column", "b", "embedding without pairs", embedder, "--data", data);
    assertUnread("--pair-column", "b", "tagging", tagger, "--data", data);
    String ranked = data("unread-ranked.tsv", List.of("query\ttext\tb", "a\tc\td"));
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
          data("unread-queries.tsv", List.of("id\ttext", "q\ta c")),
          "--relevance",
          data("unread-judged.tsv", List.of("query-id\tcorpus-id\tscore", "q\t1\t1")));
    }
  }

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
      data("corpus.tsv", corpus),
      "--queries",
      data("queries.tsv", queries),
      "--relevance",
      data("judged.tsv", judged),
      "--json"
    };
    JsonNode report = json(command);
    assertThat(report.at("/rows").asInt()).isEqualTo(TEXTS.size());
    for (String name : List.of("ndcg_at_10", "recall_at_10", "recall_at_100", "mrr_at_10")) {
      assertThat(measure(report, name)).isCloseTo(1, within(1e-12));
    }
    // All queries of BEIR stand in one file, and judgements of one split of them in another.
    data("judged.tsv", judged.subList(0, 4));
    JsonNode some = json(command);
    assertThat(some.at("/rows").asInt()).isEqualTo(TEXTS.size());
    assertThat(some.at("/judged").asInt()).isEqualTo(3);
    assertThat(some.at("/notes/0").asText()).startsWith("3 of 8 queries judged; the others");
    for (String name : List.of("ndcg_at_10", "recall_at_10", "recall_at_100", "mrr_at_10")) {
      assertThat(measure(some, name)).as(name).isCloseTo(1, within(1e-12));
    }
    // −1 says that a text is not relevant, as 0 does.
    data("judged.tsv", List.of(judged.get(0), judged.get(1), "q0\tt1\t-1", "q1\tt1\t-1"));
    JsonNode negative = json(command);
    assertThat(negative.at("/judged").asInt()).isOne();
    assertThat(measure(negative, "ndcg_at_10")).isCloseTo(1, within(1e-12));
    judged.add("q0\tt0\t1");
    data("judged.tsv", judged);
    assertThat(measure(json(command), "ndcg_at_10")).isCloseTo(1, within(1e-12));
    judged.set(9, "q0\tt0\t2");
    data("judged.tsv", judged);
    CommandRun twice = CommandRun.of(command);
    assertThat(twice.exitCode()).isEqualTo(ExitCode.INPUT);
    assertThat(twice.err())
        .contains("\"t0\" is judged twice for the query \"q0\": 1.0 and 2.0")
        .contains("judged.tsv, line 10");
    judged.set(9, "q9\tt1\t1");
    data("judged.tsv", judged);
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
    JsonNode report = json("evaluate", file, "--data", data("ranked.tsv", rows), "--json");
    assertThat(report.at("/task").asText()).isEqualTo("ranking");
    assertThat(measure(report, "mrr_at_10")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(measure(report, "ndcg_at_10")).isCloseTo(0.5, within(1e-12)); // 1 / log2(4)
    for (String text : TEXTS) {
      rows.add("What is the weather like?\t" + text + "\t-1");
    }
    JsonNode half = json("evaluate", file, "--data", data("half.tsv", rows), "--json");
    assertThat(half.at("/rows").asInt()).isEqualTo(2);
    assertThat(half.at("/judged").asInt()).isOne();
    assertThat(measure(half, "mrr_at_10")).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(measure(half, "ndcg_at_10")).isCloseTo(0.5, within(1e-12));
    JsonNode scored =
        json(
            "evaluate", file, "--data", data("pairs.tsv", rows), "--text-column", "text", "--json");
    assertThat(scored.at("/task").asText()).isEqualTo("ranking");
  }

  @Test
  void aQueryThatLateInteractionCutsIsTold() throws IOException {
    String file = RecordedTask.convert("colbert", folder).file();
    List<String> rows =
        List.of(
            "query\ttext\tscore", "Who went ".repeat(100) + "\tParis\t1", "Who went?\tParis\t1");
    JsonNode report = json("evaluate", file, "--data", data("cut.tsv", rows), "--json");
    assertThat(report.at("/notes").toString())
        .contains("1 of 2 queries truncated, longer than the model reads");
  }

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
            data("numbers.tsv", rows),
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
  void labelsThatAreEachRightOrNotAreMeasuredEach() throws IOException {
    Path copy = Files.createDirectories(folder.resolve("multi"));
    try (Stream<Path> files = Files.list(CommandRun.EXAMPLE)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    Path config = copy.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config)
            .replaceFirst("\\{", "{\"problem_type\": \"multi_label_classification\","));
    String file = folder.resolve("multi.tflite").toString();
    assertThat(
            CommandRun.of("convert", copy.toString(), "-o", file, "--recipe=f32", "--no-verify")
                .exitCode())
        .isEqualTo(ExitCode.DONE);
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
    JsonNode report = json("evaluate", file, "--data", data("sets.tsv", rows), "--json");
    assertThat(report.at("/task").asText()).isEqualTo("multi-label classification");
    assertThat(measure(report, "micro_f1")).isOne();
    assertThat(measure(report, "average_precision")).isOne();
  }
}
