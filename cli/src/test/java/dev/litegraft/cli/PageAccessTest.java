package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.litegraft.web.PageServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages by keyboard, for a screen reader, on a narrow phone, in the dark: in Chromium, and skipped
 * where {@code WebPageTest} is. What a screen reader says was not heard; checked is what Chromium
 * gives it.
 */
class PageAccessTest {
  /** Not a page with a fault: there would be little to look at. */
  private static final String CHECKED = "'checked' in document.body.dataset";

  /** What can be reached by Tab, in the order in which it stands on the page. */
  private static final String REACHABLE =
      "[...document.querySelectorAll('button, input, textarea, summary, [tabindex=\"0\"]')]"
          + ".filter(e => e.checkVisibility()).map(name)";

  private static final String NAME =
      "const name = e => e.id || (e.tagName + ' ' + e.textContent).slice(0, 40);";

  @TempDir private static Path folder;
  private static Chromium browser;
  private static final Map<String, PageServer> SERVED = new LinkedHashMap<>();

  @BeforeAll
  static void start() throws Exception {
    browser = TestPages.browser(folder);
  }

  @AfterAll
  static void end() {
    SERVED.values().forEach(PageServer::close);
    if (browser != null) {
      browser.close();
    }
  }

  /** The page of a recorded task, or of the example, which is written once. */
  private static String address(String name) throws Exception {
    PageServer server = SERVED.get(name);
    if (server == null) {
      String checkpoint =
          name.equals("example")
              ? "../examples/ko-movie-reviews-bert"
              : RecordedTask.CASES.resolve(name).resolve("model").toString();
      Path own = Files.createDirectory(folder.resolve(name));
      server = PageServer.start(TestPages.converted(checkpoint, own), 0);
      SERVED.put(name, server);
    }
    return server.address().toString();
  }

  private static List<String> strings(JsonNode array) {
    List<String> all = new ArrayList<>();
    array.forEach(one -> all.add(one.asText()));
    return all;
  }

  /** Where Tab leads, until it has led everywhere; what has the keyboard can be seen. */
  private static List<String> tabbed(boolean backwards, int most) throws Exception {
    browser.evaluate("document.activeElement.blur(), scrollTo(0, 0)");
    List<String> reached = new ArrayList<>();
    while (reached.size() < most) {
      browser.press(Chromium.Key.TAB, backwards);
      JsonNode at =
          browser.evaluate(
              "(() => {"
                  + NAME
                  + " const e = document.activeElement; if (e === document.body) return null;"
                  + " const s = getComputedStyle(e), r = e.getBoundingClientRect();"
                  + " return {name: name(e), style: s.outlineStyle, width: parseFloat(s.outlineWidth),"
                  + " inside: r.top >= 0 && r.left >= 0 && r.bottom <= innerHeight + 1 && r.right <="
                  + " innerWidth + 1}; })()");
      if (at.isNull() || at.isMissingNode()) {
        break;
      }
      assertThat(at.path("style").asText()).as(at.toString()).isEqualTo("solid");
      assertThat(at.path("width").asDouble()).as(at.toString()).isGreaterThanOrEqualTo(2);
      assertThat(at.path("inside").asBoolean()).as(at.toString()).isTrue();
      reached.add(at.path("name").asText());
    }
    return reached;
  }

  @ParameterizedTest
  @CsvSource({"example, text", "cross-encoder, query", "nli-three, hypothesis", "qa, question"})
  void tabLeadsEverywhereInTheOrderOfThePageAndBack(String name, String field) throws Exception {
    browser.look(1200, 900, false, false);
    browser.open(address(name) + "?check&lang=en", CHECKED);
    List<String> expected =
        strings(browser.evaluate("(() => {" + NAME + "return " + REACHABLE + "})()"));
    assertThat(expected).hasSizeGreaterThan(4).anyMatch(id -> id.endsWith("." + field));
    assertThat(tabbed(false, expected.size())).isEqualTo(expected);
    browser.evaluate(
        "document.querySelector('footer').tabIndex = -1, document.querySelector('footer').focus()");
    List<String> back = new ArrayList<>();
    browser.press(Chromium.Key.TAB, true);
    back.add(
        browser.evaluate("(() => {" + NAME + "return name(document.activeElement)})()").asText());
    Collections.reverse(expected);
    assertThat(expected).contains(back.get(0));
  }

  @Test
  void theKeyboardAloneAsksAndChangesLanguage() throws Exception {
    browser.look(1200, 900, false, false);
    browser.open(address("cross-encoder") + "?lang=en", TestPages.READY);
    browser.evaluate("window.same = true");
    focus("'rerank.query'");
    browser.evaluate("document.activeElement.select(), delete document.body.dataset.answered");
    browser.type("which one is good");
    browser.until("'answered' in document.body.dataset");
    browser.evaluate("delete document.body.dataset.answered");
    browser.press(Chromium.Key.ENTER);
    browser.until("'answered' in document.body.dataset");
    browser.press(Chromium.Key.ESCAPE);
    assertThat(browser.evaluate("document.activeElement.value").asText())
        .isEqualTo("which one is good");
    assertThat(browser.evaluate("window.same === true && !document.body.dataset.fault").asBoolean())
        .as("no key loads the page again")
        .isTrue();
    browser.evaluate("[...document.querySelectorAll('#modes button')].at(-1).focus()");
    browser.press(Chromium.Key.SPACE);
    browser.until("document.querySelector('textarea')?.id === 'classify.text'");
    assertThat(browser.evaluate("document.activeElement.getAttribute('aria-pressed')").asText())
        .as("the keyboard stays where it was")
        .isEqualTo("true");
    browser.evaluate("document.querySelector('#ask summary').focus()");
    assertThat(browser.evaluate("document.querySelector('#ask details').open").asBoolean())
        .as("a folder that says that it reads pairs shows both fields")
        .isTrue();
    browser.press(Chromium.Key.ENTER);
    browser.until("!document.querySelector('#ask details').open");
    browser.evaluate("document.querySelector('[data-language=ko]').focus()");
    browser.press(Chromium.Key.ENTER);
    browser.until("document.documentElement.lang === 'ko'");
    assertThat(browser.evaluate("document.activeElement.dataset.language").asText())
        .isEqualTo("ko");
  }

  private static void focus(String id) throws Exception {
    browser.evaluate("document.getElementById(" + id + ").focus()");
  }

  private static Optional<JsonNode> node(List<JsonNode> nodes, String role, String name) {
    return nodes.stream()
        .filter(node -> node.path("role").path("value").asText().equals(role))
        .filter(node -> node.path("name").path("value").asText().equals(name))
        .findFirst();
  }

  private static String property(JsonNode node, String name) {
    for (JsonNode property : node.path("properties")) {
      if (property.path("name").asText().equals(name)) {
        return property.path("value").path("value").asText();
      }
    }
    return "";
  }

  @Test
  void aScreenReaderFindsNamesStatesAndAnAnswerThatIsLive() throws Exception {
    browser.look(1200, 900, false, false);
    browser.open(address("nli-three") + "?lang=en", TestPages.READY);
    List<JsonNode> nodes = browser.accessible();
    for (String landmark : List.of("banner", "main", "contentinfo")) {
      assertThat(node(nodes, landmark, "")).as(landmark).isPresent();
    }
    assertThat(node(nodes, "heading", "Which label fits a text?")).isPresent();
    assertThat(node(nodes, "button", "English").map(b -> property(b, "pressed"))).contains("true");
    assertThat(node(nodes, "button", "한국어").map(b -> property(b, "pressed"))).contains("false");
    assertThat(node(nodes, "group", "What to do")).isPresent();
    assertThat(
            node(nodes, "textbox", "Labels")
                .map(field -> field.path("description").path("value").asText()))
        .as("a hint is no part of a name")
        .contains("one a line");
    for (JsonNode node : nodes) {
      boolean page = node.path("role").path("value").asText().equals("RootWebArea");
      if (!page && property(node, "focusable").equals("true")) {
        assertThat(node.path("name").path("value").asText()).as(node.toString()).isNotBlank();
      }
    }
    JsonNode answer = node(nodes, "region", "Answer").orElseThrow();
    assertThat(property(answer, "live")).isEqualTo("polite");
    assertThat(property(answer, "atomic")).isEqualTo("true");
    assertThat(nodes)
        .noneMatch(
            node ->
                node.path("role").path("value").asText().equals("status")
                    && node.path("name").path("value").asText().contains("%"));
    browser.evaluate("delete document.body.dataset.answered");
    focus("'zero_shot.text'");
    browser.type("more ");
    browser.until("'answered' in document.body.dataset");
    JsonNode changed = node(browser.accessible(), "region", "Answer").orElseThrow();
    assertThat(changed.path("backendDOMNodeId"))
        .as("the region is changed, and not another one: a new one would not be read out")
        .isEqualTo(answer.path("backendDOMNodeId"));
    assertThat(property(changed, "busy")).isIn("", "false");
  }

  @Test
  void theRegionsThatAreReadOutStandThereBeforeAnythingIsInThem() throws Exception {
    browser.look(1200, 900, false, false);
    browser.open(address("example") + "?lang=en", TestPages.READY);
    browser.evaluate(
        "(f => { f.value = ''; f.dispatchEvent(new Event('input')); })(document.querySelector('textarea'))");
    browser.until("document.getElementById('answer').textContent === words.empty");
    assertThat(
            browser
                .evaluate(
                    "['answer', 'notice'].every(id => !document.getElementById(id).hidden && getComputedStyle(document.getElementById(id)).display !== 'none')")
                .asBoolean())
        .isTrue();
    assertThat(node(browser.accessible(), "region", "Answer")).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"example", "tagger", "nli-three", "qa", "cross-encoder", "bi-encoder"})
  void everyTextStandsOutFromItsGround(String name) throws Exception {
    String contrast = Files.readString(Path.of("src/test/resources/page/contrast.js"));
    for (boolean dark : List.of(false, true)) {
      browser.look(1200, 900, false, dark);
      browser.open(address(name) + "?check&lang=en", CHECKED);
      browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
      JsonNode found = browser.evaluate(contrast);
      assertThat(found.path("seen").asInt()).isGreaterThan(30);
      assertThat(strings(found.path("bad"))).isEmpty();
      browser.picture(TestPages.PICTURES.resolve(name + (dark ? "-dark" : "-light") + ".png"));
      String grey = dark ? "#555" : "#999";
      browser.evaluate("document.documentElement.style.setProperty('--quiet', '" + grey + "')");
      assertThat(strings(browser.evaluate(contrast).path("bad"))).as("it can fail").isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"example", "tagger", "nli-three", "qa", "cross-encoder", "bi-encoder"})
  void aNarrowPhoneScrollsDownOnly(String name) throws Exception {
    for (int width : List.of(320, 360)) {
      String language = width == 320 ? "ko" : "en";
      browser.look(width, 740, true, width == 320);
      browser.open(address(name) + "?check&lang=" + language, CHECKED);
      browser.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })");
      requireNoSidewaysScroll(name + " " + language + " " + width);
      assertThat(
              strings(
                  browser.evaluate(
                      "[...document.querySelectorAll('button')].filter(b => b.checkVisibility()"
                          + " && b.getBoundingClientRect().height < 44).map(b =>"
                          + " b.textContent)")))
          .as("buttons too small for a finger")
          .isEmpty();
      assertThat(
              browser
                  .evaluate(
                      "[...document.querySelectorAll('textarea, input')].every(f =>"
                          + " parseFloat(getComputedStyle(f).fontSize) >= 16)")
                  .asBoolean())
          .as("smaller letters make phones zoom in")
          .isTrue();
      browser.picture(TestPages.PICTURES.resolve(name + "-" + width + ".png"));
      browser.evaluate(
          "delete document.body.dataset.answered; (f => { f.value = 'x'.repeat(200) + ' ' +"
              + " '긴'.repeat(100); f.dispatchEvent(new Event('input'));"
              + " })([...document.querySelectorAll('textarea')].at(-1))");
      browser.until("'answered' in document.body.dataset");
      requireNoSidewaysScroll(name + ", words without an end, " + width);
      assertThat(
              strings(
                  browser.evaluate(
                      "[...document.querySelectorAll('.figure')].filter(f => { const r ="
                          + " document.createRange(); r.selectNodeContents(f); return new"
                          + " Set([...r.getClientRects()].map(x => Math.round(x.top))).size > 1;"
                          + " }).map(f => f.textContent)")))
          .as("numbers that are broken into lines")
          .isEmpty();
    }
  }

  private static void requireNoSidewaysScroll(String what) throws Exception {
    assertThat(
            strings(
                browser.evaluate(
                    "[...document.querySelectorAll('body *')].filter(e => e.checkVisibility() &&"
                        + " !e.closest('.scroll') && e.getBoundingClientRect().right > innerWidth +"
                        + " 0.5).map(e => e.outerHTML.slice(0, 100))")))
        .as(what)
        .isEmpty();
    assertThat(browser.evaluate("document.documentElement.scrollWidth <= innerWidth").asBoolean())
        .as(what)
        .isTrue();
  }

  @Test
  void barsDoNotMoveForThoseWhoAskedForStillness() throws Exception {
    browser.look(1200, 900, false, false);
    String duration = "getComputedStyle(document.querySelector('.track i')).transitionDuration";
    browser.still(false);
    browser.open(address("example") + "?lang=en", TestPages.READY);
    assertThat(browser.evaluate(duration).asText()).isEqualTo("0.15s");
    browser.still(true);
    assertThat(browser.evaluate(duration).asText()).isEqualTo("0s");
    assertThat(browser.evaluate("document.getAnimations().length").asInt()).isZero();
    browser.still(false);
  }
}
