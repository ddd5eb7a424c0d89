package dev.litegraft.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A Chromium without a window, driven over its DevTools protocol. */
final class Chromium implements AutoCloseable {
  /** Only what never comes takes so long: a page that is slow is waited for. */
  private static final long SECONDS = 600;

  /** Whoever has not ended by then is ended. */
  private static final long PATIENT_SECONDS = 20;

  private static final long LOOK_MILLISECONDS = 50;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Process process;
  private final WebSocket socket;
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final Set<String> origins = new LinkedHashSet<>();
  private int calls;

  /** Where it is; none: tests skip with a word. */
  static Optional<Path> found() {
    return Stream.of("chromium", "chromium-browser", "google-chrome")
        .flatMap(
            name ->
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                    .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts it.
   *
   * @param profile an empty folder
   */
  Chromium(Path program, Path profile) throws Exception {
    Path log = profile.resolveSibling("chromium.log");
    process =
        new ProcessBuilder(
                List.of(
                    program.toString(),
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-dev-shm-usage",
                    "--disable-breakpad",
                    "--no-first-run",
                    "--hide-scrollbars",
                    "--remote-debugging-port=0",
                    "--user-data-dir=" + profile,
                    "about:blank"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      socket = connected(profile.resolve("DevToolsActivePort"), log);
    } catch (Exception | AssertionError e) {
      end();
      throw e;
    }
  }

  private WebSocket connected(Path port, Path log) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      Optional<String> page = Files.exists(port) ? page(client, port) : Optional.empty();
      if (page.isPresent()) {
        return client
            .newWebSocketBuilder()
            .buildAsync(URI.create(page.get()), new Listener(waiting))
            .get(SECONDS, TimeUnit.SECONDS);
      }
      if (System.nanoTime() > end || !process.isAlive()) {
        throw new IOException("Chromium does not start: " + Files.readString(log));
      }
      Thread.sleep(LOOK_MILLISECONDS);
    }
  }

  /** The address of its page; none while the file is being written, or the page is not yet made. */
  private static Optional<String> page(HttpClient client, Path port) throws Exception {
    List<String> lines = Files.readAllLines(port);
    if (lines.size() < 2) {
      return Optional.empty();
    }
    URI list = URI.create("http://127.0.0.1:" + lines.get(0).strip() + "/json/list");
    HttpRequest request = HttpRequest.newBuilder(list).build();
    String body;
    try {
      body = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (ConnectException e) {
      return Optional.empty();
    }
    for (JsonNode target : JSON.readTree(body)) {
      if (target.path("type").asText().equals("page")) {
        return Optional.of(target.path("webSocketDebuggerUrl").asText());
      }
    }
    return Optional.empty();
  }

  /** Answers come in parts. */
  private static final class Listener implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<JsonNode>> waiting;
    private final StringBuilder text = new StringBuilder();

    Listener(Map<Integer, CompletableFuture<JsonNode>> waiting) {
      this.waiting = waiting;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        try {
          JsonNode answer = JSON.readTree(text.toString());
          CompletableFuture<JsonNode> asked = waiting.remove(answer.path("id").asInt());
          if (asked != null) {
            asked.complete(answer);
          }
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        text.setLength(0);
      }
      socket.request(1);
      return CompletableFuture.completedStage(null);
    }
  }

  private JsonNode call(String method, ObjectNode parameters) throws Exception {
    int id = ++calls;
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    message.set("params", parameters);
    socket.sendText(message.toString(), true).get(SECONDS, TimeUnit.SECONDS);
    JsonNode got = answer.get(SECONDS, TimeUnit.SECONDS);
    if (got.has("error")) {
      throw new IOException(method + ": " + got.get("error"));
    }
    return got.path("result");
  }

  private static ObjectNode with(String name, String value) {
    return JSON.createObjectNode().put(name, value);
  }

  /** How large the window is, and whether it is a phone's, in the dark. */
  void look(int width, int height, boolean phone, boolean dark) throws Exception {
    ObjectNode size = JSON.createObjectNode().put("width", width).put("height", height);
    call(
        "Emulation.setDeviceMetricsOverride",
        size.put("deviceScaleFactor", phone ? 2 : 1).put("mobile", phone));
    ObjectNode media = JSON.createObjectNode();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", media);
  }

  /** Whether the one who looks has asked for no more motion than is needed. */
  void still(boolean reduced) throws Exception {
    ObjectNode media = JSON.createObjectNode();
    media
        .putArray("features")
        .addObject()
        .put("name", "prefers-reduced-motion")
        .put("value", reduced ? "reduce" : "no-preference");
    call("Emulation.setEmulatedMedia", media);
  }

  /** Runs a script in every page from now on, before its own. */
  void before(String script) throws Exception {
    call("Page.enable", JSON.createObjectNode());
    call("Page.addScriptToEvaluateOnNewDocument", with("source", script));
  }

  /** A key of the keyboard. */
  enum Key {
    TAB("Tab", 9, ""),
    ENTER("Enter", 13, "\r"),
    ESCAPE("Escape", 27, ""),
    SPACE(" ", 32, " ");

    private final String name;
    private final int code;
    private final String text;

    Key(String name, int code, String text) {
      this.name = name;
      this.code = code;
      this.text = text;
    }
  }

  /** Presses a key, and lets it go. */
  void press(Key key) throws Exception {
    press(key, false);
  }

  /** The same, while shift is held or not. */
  void press(Key key, boolean shift) throws Exception {
    for (String type : List.of("keyDown", "keyUp")) {
      ObjectNode event = with("type", type).put("key", key.name);
      event.put("code", key.name.equals(" ") ? "Space" : key.name);
      event.put("windowsVirtualKeyCode", key.code).put("modifiers", shift ? 8 : 0);
      if (type.equals("keyDown")) {
        event.put("text", key.text);
      }
      call("Input.dispatchKeyEvent", event);
    }
  }

  /** Types a text where the cursor is, as an input method does. */
  void type(String text) throws Exception {
    call("Input.insertText", with("text", text));
  }

  /** What a screen reader is given: the nodes of the page that are not passed over. */
  List<JsonNode> accessible() throws Exception {
    List<JsonNode> nodes = new ArrayList<>();
    for (JsonNode node :
        call("Accessibility.getFullAXTree", JSON.createObjectNode()).path("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  /** Goes to an address, and waits until {@code condition} holds there. */
  void open(String address, String condition) throws Exception {
    if (address.startsWith("http:")) {
      origins.add(URI.create(address).resolve("/").toString());
    }
    call("Page.navigate", with("url", address));
    until("location.href === " + JSON.writeValueAsString(address) + " && (" + condition + ")");
  }

  /**
   * Forgets what pages have kept, and leaves the one that is open: the port of a server that is
   * gone may be another one's, whose page would be taken for the one that is kept.
   */
  void forget() throws Exception {
    open("about:blank", "true");
    for (String origin : origins) {
      call("Storage.clearDataForOrigin", with("origin", origin).put("storageTypes", "all"));
    }
    origins.clear();
  }

  /** Waits until an expression is true. */
  void until(String condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (!evaluate("document.body !== null && (" + condition + ")").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "after "
                + SECONDS
                + " s it is not so that "
                + condition
                + ": "
                + evaluate("document.body?.innerText ?? ''").asText());
      }
      Thread.sleep(LOOK_MILLISECONDS);
    }
  }

  /** The value of an expression. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode asked = with("expression", expression);
    asked.put("returnByValue", true).put("awaitPromise", true);
    JsonNode got = call("Runtime.evaluate", asked);
    if (got.has("exceptionDetails")) {
      throw new IOException(expression + ": " + got.get("exceptionDetails"));
    }
    return got.path("result").path("value");
  }

  /** All of the page as a picture. */
  void picture(Path file) throws Exception {
    ObjectNode whole = with("format", "png").put("captureBeyondViewport", true);
    String png = call("Page.captureScreenshot", whole).path("data").asText();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(png));
  }

  @Override
  public void close() {
    // By itself it ends the processes that write to the profile, which is removed then.
    try {
      socket
          .sendText("{\"id\":0,\"method\":\"Browser.close\"}", true)
          .get(PATIENT_SECONDS, TimeUnit.SECONDS);
      process.waitFor(PATIENT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // It is ended then.
    }
    socket.abort();
    end();
  }

  private void end() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().onExit().join();
  }
}
