package dev.litegraft.runtime;

import com.fasterxml.jackson.core.JsonGenerator;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.litegraft.json.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * MediaPipe's text tasks in a browser without a window ({@code clients/mediapipe}), asked over the
 * loopback.
 */
final class MediaPipe implements AutoCloseable {
  private static final Path FOLDER = Path.of("..", "clients", "mediapipe").normalize();
  private static final List<String> BROWSERS = List.of("chromium", "google-chrome", "chrome");

  /** Only what never comes takes so long. */
  private static final int SECONDS = 600;

  private static final int PATIENT_SECONDS = 20;

  /** No other place is asked: the library would report its use to its makers. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<String> questions = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Process browser;
  private @Nullable Path model;

  private MediaPipe(HttpServer server, Path profile) throws IOException {
    this.server = server;
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
    this.browser =
        new ProcessBuilder(
                browser().orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-breakpad",
                "--user-data-dir=" + profile,
                "http://127.0.0.1:" + server.getAddress().getPort() + "/page.html")
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
  }

  /** Why it cannot be run here; absent if it can. */
  static Optional<String> absence() {
    if (!Files.isDirectory(FOLDER.resolve("node_modules/@mediapipe/tasks-text"))) {
      return Optional.of("MediaPipe is not there: npm ci --prefix clients/mediapipe");
    }
    return browser().isPresent() ? Optional.empty() : Optional.of("Chromium is not there");
  }

  private static Optional<Path> browser() {
    List<String> folders = Arrays.asList(System.getenv().getOrDefault("PATH", "").split(":"));
    return BROWSERS.stream()
        .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  static MediaPipe start(Path profile) throws IOException {
    return new MediaPipe(
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0), profile);
  }

  /** The scores of each text's labels, in the order of the output. */
  List<float[]> classify(Path file, List<String> texts) throws IOException {
    return asked("classify", file, texts);
  }

  /** The vector of each text. */
  List<float[]> embed(Path file, List<String> texts) throws IOException {
    return asked("embed", file, texts);
  }

  private List<float[]> asked(String kind, Path file, List<String> texts) throws IOException {
    model = file;
    Map<String, @Nullable Object> question = new LinkedHashMap<>();
    question.put("kind", kind);
    question.put("file", "model.tflite");
    question.put("texts", texts);
    StringWriter text = new StringWriter();
    try (JsonGenerator json = Json.generator(text)) {
      Json.write(json, question);
    }
    questions.add(text.toString());
    String line;
    try {
      line = answers.poll(SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    if (line == null) {
      throw new AssertionError("MediaPipe does not answer within " + SECONDS + " s to " + file);
    }
    Map<String, ?> answered = Json.parse(line, "MediaPipe");
    if (answered.get("error") != null) {
      throw new AssertionError("MediaPipe refuses " + file + ": " + answered.get("error"));
    }
    return answered.get("answers") instanceof List<?> rows
        ? rows.stream().map(MediaPipe::floats).toList()
        : List.of();
  }

  private static float[] floats(@Nullable Object list) {
    List<?> numbers = list instanceof List<?> all ? all : List.of();
    float[] floats = new float[numbers.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = ((Number) numbers.get(i)).floatValue();
    }
    return floats;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.equals("/question")) {
        question(exchange);
      } else if (path.equals("/answer")) {
        answers.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(204, -1);
      } else {
        file(exchange, path.substring(1));
      }
    }
  }

  private void question(HttpExchange exchange) throws IOException {
    try {
      send(exchange, "application/json", questions.take().getBytes(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      exchange.sendResponseHeaders(204, -1);
    }
  }

  private void file(HttpExchange exchange, String name) throws IOException {
    Path served = model;
    Path file = FOLDER.resolve(name).normalize();
    if (name.equals("model.tflite") && served != null) {
      send(exchange, "application/octet-stream", Files.readAllBytes(served));
    } else if (file.startsWith(FOLDER) && Files.isRegularFile(file)) {
      String type = Stream.of(".html", ".wasm").filter(name::endsWith).findFirst().orElse(".js");
      send(
          exchange,
          Map.of(".html", "text/html", ".wasm", "application/wasm", ".js", "text/javascript")
              .get(type),
          Files.readAllBytes(file));
    } else {
      exchange.sendResponseHeaders(404, -1);
    }
  }

  private static void send(HttpExchange exchange, @Nullable String type, byte[] bytes)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", String.valueOf(type));
    exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Told to end, it ends the processes that write to the profile, which is removed then. */
  @Override
  public void close() {
    browser.destroy();
    server.stop(0);
    threads.shutdownNow();
    try {
      if (!browser.waitFor(PATIENT_SECONDS, TimeUnit.SECONDS)) {
        browser.descendants().forEach(ProcessHandle::destroyForcibly);
        browser.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
