package dev.litegraft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.litegraft.web.PageServer;
import dev.litegraft.web.WebPage;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What of a page comes over the network, what is kept for the next visit, and what its policy lets
 * in: in Chromium, and skipped where {@code WebPageTest} is.
 */
class PageDeliveryTest {
  private static final ObjectMapper JSON = new ObjectMapper();

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

  @Test
  void whatIsLoadedBesideTheModelTakesThreeMegabytesAtMost() throws Exception {
    WebPage page = example();
    try (PageServer server = PageServer.start(page, 0)) {
      HttpClient client = HttpClient.newHttpClient();
      long bytes = 0;
      for (String name : page.sizes().keySet()) {
        if (name.matches(".*\\.(html|css|js|json|svg|wasm)") && !name.contains("compat")) {
          HttpResponse<byte[]> answer =
              client.send(
                  HttpRequest.newBuilder(server.address().resolve(name))
                      .header("Accept-Encoding", "gzip, deflate, br, zstd")
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
          assertThat(answer.headers().firstValue("Content-Encoding")).as(name).hasValue("br");
          bytes += answer.body().length;
        }
      }
      assertThat(bytes).isBetween(2_000_000L, 3_000_000L);
    }
  }

  @Test
  void theSecondVisitNeedsNoNetwork() throws Exception {
    WebPage page = example();
    String address;
    try (PageServer server = PageServer.start(page, 0)) {
      address = server.address().toString();
      browser.open(address, TestPages.READY);
      browser.until("'kept' in document.body.dataset");
    }
    browser.open("about:blank", "true");
    browser.open(address + "?check", TestPages.CHECKED);
    assertThat(browser.evaluate("document.body.dataset.checked").asText()).isEqualTo("true");
  }

  /** As on a host whose headers nobody sets, in a folder of it. */
  @Test
  void thePagesOwnPolicyLetsNothingOfOthersIn() throws Exception {
    WebPage page = example();
    browser.before(
        "window.violations = []; document.addEventListener('securitypolicyviolation', e =>"
            + " violations.push(e.effectiveDirective + ' ' + e.blockedURI))");
    try (PlainServer server = PlainServer.start(page.folder(), "/some/where/")) {
      browser.open(server.address() + "?check", TestPages.CHECKED);
      assertThat(browser.evaluate("document.body.dataset.checked").asText()).isEqualTo("true");
      assertThat(browser.evaluate("violations.join()").asText()).isEmpty();
      List<String> refused =
          List.of(
              "script-src-elem inline",
              "script-src-elem https://elsewhere.invalid/a.js",
              "img-src https://elsewhere.invalid/a.png",
              "frame-src https://elsewhere.invalid",
              "worker-src data",
              "style-src-elem inline",
              "connect-src https://elsewhere.invalid/");
      browser.evaluate(
          """
          (async () => {
            const script = document.createElement('script');
            script.textContent = 'window.inline = true';
            document.body.append(script);
            const other = document.createElement('script');
            other.src = 'https://elsewhere.invalid/a.js';
            document.body.append(other);
            const image = document.createElement('img');
            image.src = 'https://elsewhere.invalid/a.png';
            document.body.append(image);
            const frame = document.createElement('iframe');
            frame.src = 'https://elsewhere.invalid/';
            document.body.append(frame);
            const style = document.createElement('style');
            style.textContent = 'body { color: red }';
            document.body.append(style);
            await fetch('https://elsewhere.invalid/', { method: 'POST', body: 'text' }).catch(() => {});
            try { new Worker('data:text/javascript,0'); } catch {}
          })()
          """);
      // Chromium tells of each in its own time.
      for (String one : refused) {
        browser.until("violations.includes(" + JSON.writeValueAsString(one) + ")");
      }
      assertThat(browser.evaluate("String(window.inline)").asText()).isEqualTo("undefined");
    }
  }

  @Test
  void aNewerPageTakesThePlaceOfTheOneThatWasKept() throws Exception {
    WebPage page = example();
    String recipe = "state.model?.facts.recipe ?? 'none'";
    int port;
    try (PageServer server = PageServer.start(page, 0)) {
      port = server.address().getPort();
      browser.open(server.address().toString(), TestPages.READY);
      browser.until("'kept' in document.body.dataset");
      assertThat(browser.evaluate(recipe).asText()).isEqualTo("dynamic_wi8_afp32");
    }
    browser.open("about:blank", "true");
    try (PageServer server = PageServer.start(example("--recipe=f32"), port)) {
      String address = server.address().toString();
      browser.open(address, TestPages.READY);
      assertThat(browser.evaluate("document.body.dataset.fault ?? ''").asText())
          .as("one page whole, and not parts of both")
          .isEmpty();
      // The page of this visit is the kept one; it finds the newer one, which then waits for it to
      // close.
      browser.until("'kept' in document.body.dataset");
      browser.until("navigator.serviceWorker.getRegistration().then(r => Boolean(r.waiting))");
      long end = System.nanoTime() + Duration.ofMinutes(10).toNanos();
      do {
        browser.open("about:blank", "true");
        browser.open(address, TestPages.READY);
      } while (!browser.evaluate(recipe).asText().equals("f32") && System.nanoTime() < end);
      assertThat(browser.evaluate(recipe).asText()).isEqualTo("f32");
      assertThat(browser.evaluate("document.body.dataset.fault ?? ''").asText()).isEmpty();
    }
  }
}
