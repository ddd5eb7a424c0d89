package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.litegraft.runtime.Classification;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.web.PageServer;
import dev.litegraft.web.WebPage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages in Chromium. Skipped where it is not there, or npm has not installed LiteRT.js; {@code
 * .ci/run} sees to that where it can. Pictures of the pages are left in {@code target/pages}.
 */
class WebPageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Sums in another order, in single precision. */
  private static final double ROUNDING = 1e-5;

  @TempDir private static Path profile;
  private static Chromium browser;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    browser = TestPages.browser(profile);
  }

  @AfterAll
  static void end() throws Exception {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void forget() throws Exception {
    browser.forget();
  }

  private WebPage example(String... options) throws Exception {
    return TestPages.converted("../examples/ko-movie-reviews-bert", folder, options);
  }

  /** What the page found, and that it shows no other answers than those of this runtime. */
  private static JsonNode checked(PageServer server, String query, double tolerance)
      throws Exception {
    return checked(server, query, tolerance, 8);
  }

  private static JsonNode checked(PageServer server, String query, double tolerance, int texts)
      throws Exception {
    browser.open(server.address() + "?check" + query, TestPages.CHECKED);
    JsonNode check =
        JSON.readTree(browser.evaluate("JSON.stringify(state.check ?? state.fault)").asText());
    assertThat(check.path("ok").asBoolean()).as(check.toPrettyString()).isTrue();
    assertThat(check.path("results")).hasSize(texts);
    for (JsonNode row : check.path("results")) {
      assertThat(row.path("ids").asBoolean()).as(row.toString()).isTrue();
      assertThat(row.path("labels").asBoolean()).as(row.toString()).isTrue();
      assertThat(row.path("difference").asDouble()).as(row.toString()).isBetween(0.0, tolerance);
    }
    return check;
  }

  @Test
  void theExampleAnswersAsHereAndNothingIsLoadedFromElsewhere() throws Exception {
    WebPage page = example();
    try (PageServer server = PageServer.start(page, 0)) {
      browser.look(1200, 900, false, false);
      checked(server, "&lang=en", 1e-2);
      browser.picture(TestPages.PICTURES.resolve("desktop-light-en.png"));
      assertThat(browser.evaluate("document.body.dataset.answered").asText()).isIn("긍정", "부정");
      assertThat(
              browser
                  .evaluate(
                      "performance.getEntriesByType('resource').every(r =>"
                          + " r.name.startsWith(location.origin))")
                  .asBoolean())
          .isTrue();
      browser.look(390, 844, true, true);
      checked(server, "&lang=ko", 1e-2);
      browser.picture(TestPages.PICTURES.resolve("phone-dark-ko.png"));
    }
  }

  @Test
  void probabilitiesAreFittedOnThePageToo() throws Exception {
    Path recipe =
        Files.writeString(
            folder.resolve("fitted.json"),
            "{\"recipe\": \"f32\", \"rules\": [],"
                + " \"confidence\": {\"temperature\": 2, \"bias\": [0, -9]}}");
    WebPage page = example("--recipe-file=" + recipe);
    try (TextClassifier here = TextClassifier.open(folder.resolve("model.tflite"));
        PageServer server = PageServer.start(page, 0)) {
      checked(server, "&lang=en", 1e-2);
      JsonNode answered =
          JSON.readTree(browser.evaluate("JSON.stringify(state.answered)").asText());
      Classification expected = here.classify(answered.at("/request/texts/0").asText());
      double z = (expected.logits().get(1) - expected.logits().get(0)) / 2.0 - 9;
      assertThat(answered.at("/answer/scores/1").asDouble())
          .isCloseTo(1 / (1 + Math.exp(-z)), within(ROUNDING));
      assertThat(answered.at("/answer/says").asText()).isEqualTo("부정");
      assertThat(expected.logits().get(1)).isGreaterThan(expected.logits().get(0));
    }
  }

  /** How long that is, is the machine's; docs/web.md has it of a quiet one. */
  @Test
  void itSaysHowLongAShortTextAndTheFirstAnswerTook() throws Exception {
    WebPage page = example();
    try (PageServer server = PageServer.start(page, 0)) {
      browser.look(1200, 900, false, false);
      browser.open(server.address() + "?check&lang=en", TestPages.CHECKED);
      JsonNode timed = browser.evaluate("state.check.timed");
      assertThat(timed.path("tokens").asInt()).isBetween(12, 16);
      assertThat(timed.path("least").asDouble())
          .isPositive()
          .isLessThanOrEqualTo(timed.path("milliseconds").asDouble());
      double first = browser.evaluate("state.check.first").asDouble();
      assertThat(first)
          .isPositive()
          .isLessThanOrEqualTo(browser.evaluate("performance.now()").asDouble());
      assertThat(browser.evaluate("document.getElementById('check').innerText").asText())
          .contains("A text of " + timed.path("tokens").asInt() + " tokens takes")
          .contains("The first answer was there");
      System.out.printf(
          "page: %d tokens %.2f ms (at least %.2f), first answer %.0f ms%n",
          timed.path("tokens").asInt(),
          timed.path("milliseconds").asDouble(),
          timed.path("least").asDouble(),
          first);
    }
  }

  /** A question of many rows is left for the next one, and the next one is answered. */
  @Test
  void whatIsTypedMeanwhileIsAnsweredInsteadOfWhatWasAsked() throws Exception {
    RecordedTask task = RecordedTask.convert("cross-encoder", folder, "--for=web", "--no-verify");
    WebPage page = TestPages.written(Path.of(task.file()), folder);
    try (PageServer server = PageServer.start(page, 0)) {
      browser.open(server.address() + "?lang=en", TestPages.READY);
      String texts =
          "(n => { const f = document.getElementById('rerank.texts'); f.value = 'a good"
              + " film\\n'.repeat(n); f.dispatchEvent(new Event('input')); })";
      browser.evaluate("delete document.body.dataset.answered; " + texts + "(256)");
      browser.until("busy || 'answered' in document.body.dataset");
      browser.evaluate(texts + "(2)");
      browser.until("document.querySelectorAll('.ranked li').length === 2");
      browser.evaluate(texts + "(257)");
      browser.until("!document.getElementById('fault').hidden");
      assertThat(browser.evaluate("document.getElementById('fault').innerText").asText())
          .contains("256 rows of tokens, and there are more");
      assertThat(browser.evaluate("document.getElementById('answer').textContent").asText())
          .isEmpty();
      browser.evaluate(texts + "(3)");
      browser.until("document.querySelectorAll('.ranked li').length === 3");
      assertThat(browser.evaluate("document.getElementById('fault').hidden").asBoolean()).isTrue();
    }
  }

  /** A number of a pair; what the folder says decides what is asked first. */
  @ParameterizedTest
  @CsvSource({"false, classify rerank", "true, rerank classify"})
  void oneNumberOfARegressionIsThatOfATextUnlessTheFolderRanks(boolean ranks, String modes)
      throws Exception {
    Path copy = RegressionFolder.copy(folder.resolve("copy"), ranks);
    WebPage page = TestPages.converted(copy.toString(), folder);
    try (PageServer server = PageServer.start(page, 0)) {
      browser.look(1200, 900, false, false);
      checked(server, "&lang=en", 0.05);
      assertThat(browser.evaluate("state.model.modes.join(' ')").asText()).isEqualTo(modes);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "qa,",
    "tagger,",
    "bi-encoder,",
    "cross-encoder,",
    "nli-three,",
    "colbert,",
    "splade,",
    "nli-two,",
    "static,",
    "model2vec,",
    "logit-score,",
    "bi-encoder-prompts,",
    "cross-encoder-identity,",
    "qwen3-reranker,--reranker=qwen3"
  })
  void everyTaskAnswersAsHere(String name, @Nullable String option) throws Exception {
    RecordedTask task =
        RecordedTask.convert(
            name, folder, "--for=web", "--no-verify", option == null ? "--quiet" : option);
    WebPage page = TestPages.written(Path.of(task.file()), folder);
    try (PageServer server = PageServer.start(page, 0)) {
      browser.look(1200, 900, false, false);
      // Words that a table of words does not have leave nothing of a text.
      checked(server, "&lang=en", ROUNDING, name.equals("model2vec") ? 6 : 8);
      browser.picture(TestPages.PICTURES.resolve(name + ".png"));
    }
  }

  @Test
  void aPageWhoseAnswersDifferShowsNone() throws Exception {
    WebPage page = example();
    Path stored = page.folder().resolve("check.json");
    String json = Files.readString(stored);
    Files.writeString(
        stored, json.replaceFirst("\"outputs\":\\[\\[(-?)[0-9]", "\"outputs\":[[$19"));
    assertFault(page, "wrong");
    assertThat(browser.evaluate("document.getElementById('answer').textContent").asText())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bi-encoder", "bi-encoder-dot", "splade", "colbert"})
  void vectorsInInt8PassAndOthersThatAreSmallInEachNumberDoNot(String name) throws Exception {
    String source = RecordedTask.CASES.resolve(name).resolve("model").toString();
    WebPage page = TestPages.converted(source, folder);
    try (PageServer server = PageServer.start(page, 0)) {
      checked(server, "&lang=en", Math.sqrt(2 * (1 - 0.998)));
    }
    if (name.equals("bi-encoder")) {
      Path stored = page.folder().resolve("check.json");
      ObjectNode json = (ObjectNode) JSON.readTree(stored.toFile());
      for (JsonNode check : json.path("checks")) {
        ArrayNode vector = (ArrayNode) check.path("outputs").get(0);
        for (int i = 0; i < vector.size(); i++) {
          vector.set(i, vector.get(i).asDouble() + (i % 2 == 0 ? 0.04 : -0.04));
        }
      }
      Files.writeString(stored, json.toString());
      assertFault(page, "wrong");
    }
  }

  @Test
  void whereATextIsCutIsSaid() throws Exception {
    Path source = Files.createDirectory(folder.resolve("left"));
    try (Stream<Path> files = Files.list(Path.of("..", "examples", "ko-movie-reviews-bert"))) {
      for (Path one : files.toList()) {
        Files.copy(one, source.resolve(one.getFileName()));
      }
    }
    Path config = source.resolve("tokenizer_config.json");
    ObjectNode settings = (ObjectNode) JSON.readTree(config.toFile());
    Files.writeString(config, settings.put("truncation_side", "left").toString());
    WebPage page = TestPages.converted(source.toString(), folder);
    try (PageServer server = PageServer.start(page, 0)) {
      browser.open(server.address() + "?lang=en", TestPages.READY);
      browser.evaluate(
          "delete document.body.dataset.answered; (f => { f.value = 'good film '.repeat(1000);"
              + " f.dispatchEvent(new Event('input')); })(document.querySelector('textarea'))");
      browser.until("'answered' in document.body.dataset");
      assertThat(browser.evaluate("document.body.innerText").asText())
          .contains("its beginning was left out")
          .doesNotContain("its end was left out");
    }
  }

  /** Late interaction reads queries to a length of their own. */
  @Test
  void aQueryThatIsCutIsSaid() throws Exception {
    WebPage page =
        TestPages.converted(RecordedTask.CASES.resolve("colbert").resolve("model") + "", folder);
    String said = "The query was cut: it has more tokens than the model reads of one.";
    try (PageServer server = PageServer.start(page, 0)) {
      browser.open(server.address() + "?lang=en", TestPages.READY);
      for (String query : List.of("a book", "a ".repeat(60))) {
        browser.evaluate(
            "delete document.body.dataset.answered; (f => { f.value = '"
                + query
                + "'; f.dispatchEvent(new Event('input'));"
                + " })(document.getElementById('rerank.query'))");
        browser.until("'answered' in document.body.dataset");
        assertThat(browser.evaluate("document.body.innerText").asText().contains(said))
            .isEqualTo(query.length() > 60);
      }
    }
  }

  @Test
  void idsThatDifferAreSaid() throws Exception {
    WebPage page = example();
    Path stored = page.folder().resolve("check.json");
    String json = Files.readString(stored);
    Files.writeString(stored, json.replaceFirst("\"input_ids\":\\[\\d+", "\"input_ids\":[5"));
    assertFault(page, "wrong");
    assertThat(browser.evaluate("document.body.innerText").asText()).contains("ids: false");
  }

  @Test
  void anotherModelInThePlaceOfThePagesIsSaid() throws Exception {
    WebPage page = example();
    Path model = page.folder().resolve("model.tflite");
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);
    assertFault(page, "otherFile");
    Files.write(model, "no model".getBytes(StandardCharsets.UTF_8));
    assertFault(page, "otherFile");
    Files.delete(model);
    assertFault(page, "unreachable");
  }

  private static void assertFault(WebPage page, String code) throws Exception {
    try (PageServer server = PageServer.start(page, 0)) {
      browser.open(server.address().toString(), TestPages.READY);
      assertThat(browser.evaluate("document.body.dataset.fault ?? ''").asText()).isEqualTo(code);
    }
  }

  @Test
  void aPageOpenedFromADiskSaysWhatIsMissing() throws Exception {
    WebPage page = example();
    browser.open(page.folder().resolve("index.html").toUri().toString(), TestPages.READY);
    assertThat(browser.evaluate("document.body.dataset.fault").asText()).isEqualTo("file");
  }

  @Test
  void tenMegabytesArePastedAndSaidToBeCut() throws Exception {
    WebPage page = example();
    try (PageServer server = PageServer.start(page, 0)) {
      browser.open(server.address() + "?lang=en", TestPages.READY);
      browser.evaluate(
          "delete document.body.dataset.answered; (f => { f.value = 'good film '.repeat(1000000);"
              + " f.dispatchEvent(new Event('input')); })(document.querySelector('textarea'))");
      browser.until("'answered' in document.body.dataset");
      assertThat(browser.evaluate("document.body.innerText").asText())
          .contains("10,000,000 characters, and the page takes 200,000")
          .contains("longer than the");
    }
  }
}
