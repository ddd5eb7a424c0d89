package dev.litegraft.serve;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.examples.ConvertedFiles;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.RankedText;
import dev.litegraft.runtime.Reranker;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.runtime.TextEmbedder;
import dev.litegraft.runtime.TextEmbedding;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every path, with the answers that the library gives to the same texts. */
class ModelServerTest {
  /** What an f32 loses in JSON: nothing but its last digit. */
  private static final double DIGITS = 1e-6;

  private static final List<String> TEXTS =
      List.of("a book", "the play was long and good", "bread");

  @TempDir private static Path folder;

  private static ConvertedFiles files = new ConvertedFiles(Path.of(""));
  private static ModelServer server;
  private static Asking asking;

  @BeforeAll
  static void start() throws IOException {
    files = new ConvertedFiles(folder);
    server =
        ModelServer.start(
            List.of(
                files.reviews(Recipe.DYNAMIC_WI8_AFP32),
                files.task("bi-encoder-prompts"),
                files.task("cross-encoder"),
                files.task("colbert"),
                files.task("splade")),
            ServeOptions.defaults().withPort(0),
            fault -> {
              throw new AssertionError(fault);
            });
    asking = Asking.of(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aLongQueryOfLateInteractionIsCutOrRefusedAsIsAskedFor() throws Exception {
    String query = "{\"model\":\"colbert\",\"query\":" + Asking.quoted("a ".repeat(60) + "b");
    String tei = query + ",\"texts\":[\"b\",\"c\"]";
    assertThat(asking.post("/rerank", tei + "}").statusCode()).isEqualTo(200);
    HttpResponse<String> refused = asking.post("/rerank", tei + ",\"truncate\":false}");
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(413);
    assertThat(refused.body()).contains("`query` has more tokens");
    String jina = query + ",\"documents\":[\"b\",\"c\"]";
    assertThat(asking.post("/v1/rerank", jina + "}").body())
        .contains("\"warnings\":[\"the query has more tokens");
    assertThat(asking.post("/v1/rerank", jina + ",\"truncate\":false}").statusCode())
        .isEqualTo(400);
    String brief =
        "{\"model\":\"colbert\",\"query\":\"a\",\"documents\":[\"b\"],\"truncate\":false}";
    HttpResponse<String> whole = asking.post("/v1/rerank", brief);
    assertThat(whole.statusCode()).as(whole.body()).isEqualTo(200);
    assertThat(whole.body()).doesNotContain("warnings");
  }

  private static List<Map<String, Object>> maps(@Nullable Object list) {
    List<Map<String, Object>> maps = new ArrayList<>();
    for (Object one : (List<?>) requireNonNull(list)) {
      Map<String, Object> map = new LinkedHashMap<>();
      ((Map<?, ?>) one).forEach((key, value) -> map.put(String.valueOf(key), value));
      maps.add(map);
    }
    return maps;
  }

  private static Object list(HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return requireNonNull(Asking.json(response).get("list"));
  }

  private static double number(@Nullable Object value) {
    return ((Number) requireNonNull(value)).doubleValue();
  }

  private static double[] vector(@Nullable Object list) {
    return ((List<?>) requireNonNull(list)).stream().mapToDouble(ModelServerTest::number).toArray();
  }

  private static float[] unit(float[] vector) {
    double norm = 0;
    for (float x : vector) {
      norm += (double) x * x;
    }
    float[] unit = vector.clone();
    for (int i = 0; i < unit.length; i++) {
      unit[i] /= (float) Math.sqrt(norm);
    }
    return unit;
  }

  private static void assertClose(double[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(DIGITS));
    }
  }

  @Test
  void manyConnectionsGetTheAnswersOfSingleCalls() throws Exception {
    List<String> texts =
        Files.readAllLines(Path.of("../examples/ko-movie-reviews/test.tsv")).stream()
            .skip(1)
            .limit(300)
            .map(line -> line.substring(0, line.indexOf('\t')))
            .toList();
    ExecutorService threads = Executors.newFixedThreadPool(32);
    try (TextClassifier classifier = TextClassifier.open(files.reviews(Recipe.DYNAMIC_WI8_AFP32))) {
      List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
      for (String text : texts) {
        asked.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try {
                    return asking.post("/predict", "{\"inputs\":" + Asking.quoted(text) + "}");
                  } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                  }
                },
                threads));
      }
      for (int i = 0; i < texts.size(); i++) {
        Map<String, Object> best = maps(list(asked.get(i).join())).get(0);
        Classification alone = classifier.classify(texts.get(i));
        assertThat(best.get("label")).isEqualTo(alone.label());
        assertThat((float) number(best.get("score"))).isEqualTo((float) alone.score());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void predictTakesTextsPairsAndBatches() throws Exception {
    try (TextClassifier classifier = TextClassifier.open(files.reviews(Recipe.DYNAMIC_WI8_AFP32))) {
      Object batch =
          list(
              asking.post(
                  "/predict", "{\"inputs\":[[\"좋아요\"],[\"a\",\"b\"]],\"raw_scores\":true}"));
      List<?> rows = (List<?>) batch;
      assertThat(rows).hasSize(2);
      Classification pair = classifier.classify("a", "b");
      Map<String, Object> best = maps(rows.get(1)).get(0);
      assertThat(best.get("label")).isEqualTo(pair.label());
      assertThat((float) number(best.get("score"))).isEqualTo(pair.logits().get(pair.labelId()));
      Object alone = list(asking.post("/predict", "{\"inputs\":[\"a\",\"b\"]}"));
      assertThat((float) number(maps(alone).get(0).get("score"))).isEqualTo((float) pair.score());
      assertThat(maps(alone)).hasSize(2);
    }
  }

  @Test
  void embedGivesVectorsOfLengthOneOrThoseOfTheFile() throws Exception {
    String inputs = "{\"inputs\":[\"a book\",\"bread\"],\"prompt_name\":\"query\"";
    List<?> unit = (List<?>) list(asking.post("/embed", inputs + "}"));
    List<?> plain = (List<?>) list(asking.post("/embed", inputs + ",\"normalize\":false}"));
    List<?> few = (List<?>) list(asking.post("/embed", inputs + ",\"dimensions\":3}"));
    try (TextEmbedder embedder = TextEmbedder.open(files.task("bi-encoder-prompts"))) {
      TextEmbedding book = embedder.embed("a book", "query");
      assertClose(vector(unit.get(0)), unit(book.vector()));
      assertClose(vector(plain.get(0)), book.vector());
      assertClose(vector(few.get(0)), unit(book.leading(3).vector()));
    }
  }

  @Test
  void openAiGetsTheSameVectorAsNumbersAndInBase64() throws Exception {
    String input = "{\"model\":\"bi-encoder-prompts\",\"input\":[\"a book\",\"bread\"]";
    HttpResponse<String> response = asking.post("/v1/embeddings", input + "}");
    Map<String, @Nullable Object> numbers = Asking.json(response);
    assertThat(numbers).containsEntry("object", "list");
    assertThat(numbers).containsEntry("model", "bi-encoder-prompts");
    List<Map<String, Object>> data = maps(requireNonNull(numbers.get("data")));
    assertThat(data).extracting(one -> one.get("index")).containsExactly(0L, 1L);
    Map<String, @Nullable Object> coded =
        Asking.json(asking.post("/v1/embeddings", input + ",\"encoding_format\":\"base64\"}"));
    String base64 = String.valueOf(maps(requireNonNull(coded.get("data"))).get(1).get("embedding"));
    ByteBuffer bytes =
        ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
    double[] expected = vector(data.get(1).get("embedding"));
    for (double x : expected) {
      assertThat(bytes.getFloat()).isEqualTo((float) x);
    }
    assertThat(bytes.hasRemaining()).isFalse();
    Map<?, ?> usage = (Map<?, ?>) requireNonNull(numbers.get("usage"));
    assertThat(number(usage.get("prompt_tokens"))).isGreaterThan(4);
  }

  @Test
  void wordsWeighAsInTheLibrary() throws Exception {
    List<?> rows = (List<?>) list(asking.post("/embed_sparse", "{\"inputs\":\"a book\"}"));
    try (TextEmbedder embedder = TextEmbedder.open(files.task("splade"))) {
      assertThat(maps(rows.get(0)))
          .extracting(one -> one.get("index"))
          .containsExactlyElementsOf(
              embedder.weights(embedder.embed("a book")).stream()
                  .map(weight -> (Object) (long) weight.id())
                  .toList());
    }
  }

  @Test
  void rerankersOfBothKindsOrderTexts() throws Exception {
    String texts = TEXTS.stream().map(Asking::quoted).toList().toString();
    for (String name : List.of("cross-encoder", "colbert")) {
      try (Reranker reranker = Reranker.open(files.task(name))) {
        List<RankedText> expected = reranker.rank("a good book", TEXTS);
        Object found =
            list(
                asking.post(
                    "/rerank?model=" + name,
                    "{\"query\":\"a good book\",\"raw_scores\":true,\"return_text\":true,"
                        + "\"texts\":"
                        + texts
                        + "}"));
        assertThat(maps(found))
            .extracting(one -> one.get("text"))
            .containsExactlyElementsOf(expected.stream().map(RankedText::text).toList());
        for (int i = 0; i < expected.size(); i++) {
          assertThat(number(maps(found).get(i).get("score")))
              .isCloseTo(expected.get(i).logit(), within(2e-6));
        }
      }
    }
  }

  /** As Python's InferenceClient and SageMaker ask. */
  @Test
  void anAddressWithoutAPathDoesWhatTheFileDoes() throws Exception {
    String inputs = "{\"inputs\":\"a book\"}";
    String pair = "{\"query\":\"a good book\",\"texts\":[\"a book\",\"bread\"]}";
    String[][] same = {
      {"reviews", "/predict", inputs},
      {"bi-encoder-prompts", "/embed", inputs},
      {"splade", "/embed_sparse", inputs},
      {"colbert", "/rerank", pair},
      {"cross-encoder", "/rerank", pair},
      {"cross-encoder", "/predict", inputs},
    };
    for (String[] one : same) {
      String expected = asking.post(one[1] + "?model=" + one[0], one[2]).body();
      assertThat(expected).startsWith("[");
      assertThat(asking.post("/?model=" + one[0], one[2]).body()).isEqualTo(expected);
      assertThat(asking.post("/invocations?model=" + one[0], one[2]).body()).isEqualTo(expected);
    }
    assertThat(asking.post("/?model=bi-encoder-prompts", pair).statusCode()).isEqualTo(424);
    assertThat(asking.get("/").statusCode()).isEqualTo(200);
  }

  @Test
  void textsAreAsSimilarAsTheirVectors() throws Exception {
    String json =
        "{\"inputs\":{\"source_sentence\":\"a book\",\"sentences\":[\"a book\",\"bread\"]},"
            + "\"parameters\":{\"prompt_name\":\"query\"}}";
    List<?> found = (List<?>) list(asking.post("/similarity", json));
    try (TextEmbedder embedder = TextEmbedder.open(files.task("bi-encoder-prompts"))) {
      TextEmbedding book = embedder.embed("a book", "query");
      assertThat(number(found.get(0))).isCloseTo(1, within(DIGITS));
      assertThat(number(found.get(1)))
          .isCloseTo(book.similarity(embedder.embed("bread", "query")), within(DIGITS));
    }
    assertThat(asking.post("/?model=bi-encoder-prompts", json).body())
        .isEqualTo(asking.post("/similarity", json).body());
    assertThat(asking.post("/similarity", "{\"inputs\":\"a\"}").statusCode()).isEqualTo(422);
  }

  @Test
  void jinaAndCohereGetTheBestFirst() throws Exception {
    String query =
        "{\"model\":\"cross-encoder\",\"query\":\"a good book\",\"top_n\":2,"
            + "\"documents\":[\"a book\",{\"text\":\"bread\"},\"the play\"]";
    HttpResponse<String> response = asking.post("/v1/rerank", query + "}");
    List<Map<String, Object>> results = maps(requireNonNull(Asking.json(response).get("results")));
    assertThat(results).hasSize(2);
    assertThat(results)
        .allSatisfy(one -> assertThat(number(one.get("relevance_score"))).isBetween(0.0, 1.0))
        .allSatisfy(one -> assertThat(String.valueOf(one.get("document"))).startsWith("{text="));
    assertThat(number(results.get(0).get("relevance_score")))
        .isGreaterThanOrEqualTo(number(results.get(1).get("relevance_score")));
    HttpResponse<String> bare = asking.post("/v2/rerank", query + ",\"return_documents\":false}");
    assertThat(bare.body()).doesNotContain("document");
  }

  @Test
  void theServerSaysWhatItServes() throws Exception {
    Map<String, @Nullable Object> info = Asking.json(asking.get("/info?model=reviews"));
    assertThat(info)
        .containsEntry("model_id", "reviews")
        .containsEntry("model_dtype", "dynamic_wi8_afp32")
        .containsEntry("max_client_batch_size", 2048L)
        .doesNotContainKey("models");
    assertThat(String.valueOf(info.get("model_type"))).contains("classifier", "positive");
    assertThat(asking.get("/info").body()).contains("\"models\"", "\"splade\"", "\"reranker\"");
    assertThat(asking.get("/v1/models").body()).contains("\"id\":\"colbert\"");
    assertThat(Asking.json(asking.get("/v1/models/colbert"))).containsEntry("id", "colbert");
    assertThat(asking.get("/v1/models/nobody").statusCode()).isEqualTo(404);
    assertThat(asking.get("/health").statusCode()).isEqualTo(200);
    assertThat(asking.get("/health").body()).isEmpty();
  }

  @Test
  void metricsAreLinesThatPrometheusReads() throws Exception {
    list(asking.post("/predict", "{\"inputs\":\"좋아요\"}"));
    asking.post("/predict", "{");
    HttpResponse<String> page = asking.get("/metrics");
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).contains("version=0.0.4");
    assertThat(page.body())
        .contains("te_request_count{model=\"reviews\",path=\"/predict\"} ")
        .contains("te_request_failure{err=\"malformed\"} ")
        .contains("te_queue_size{model=\"reviews\"} 0\n")
        .contains("te_request_inference_duration_count{model=\"reviews\"} ")
        .contains("te_request_duration_bucket{path=\"/predict\",le=\"+Inf\"} ");
    assertThat(page.body().lines())
        .allMatch(
            line ->
                line.matches("# (HELP|TYPE) te_\\w+ .+")
                    || line.matches("te_\\w+\\{\\w+=\"[^\"]*\"(,\\w+=\"[^\"]*\")*} [0-9.E-]+"));
  }

  @Test
  void whatCannotBeServedIsSaidAtTheStart() throws IOException {
    ServeOptions options = ServeOptions.defaults().withPort(server.address().getPort());
    Path file = files.task("cross-encoder");
    assertThatThrownBy(() -> ModelServer.start(List.of(file), options, f -> {}))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cannot be served")
        .hasMessageContaining("choose another port");
    ServeOptions free = options.withPort(0);
    assertThatThrownBy(() -> ModelServer.start(List.of(file, file), free, f -> {}))
        .hasMessageContaining("two files are called cross-encoder");
    assertThatThrownBy(
            () -> ModelServer.start(List.of(file), free.withHost("no.such.host.invalid"), f -> {}))
        .hasMessageContaining("is not known");
    Path tagger = Files.createDirectories(folder.resolve("text"));
    assertThatThrownBy(() -> ModelServer.start(List.of(tagger), free, f -> {}))
        .isInstanceOf(InvalidInputException.class);
  }
}
