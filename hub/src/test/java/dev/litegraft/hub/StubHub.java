package dev.litegraft.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The Hub's interface over one model, on two ports of loopback: the Hub itself, which answers for
 * small files and sends on for large ones, and its CDN, which must never see a token.
 *
 * <p>Source: what huggingface_hub 1.33 asks and expects.
 */
final class StubHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String TOKEN = "hf_secretOfTheTests";

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final Pattern RESOLVE = Pattern.compile("/(.+?/.+?)/resolve/([^/]+)/(.+)");

  /** A refusal. */
  record Refusal(int status, Map<String, String> headers) {}

  final String id;
  final Map<String, StubFile> files = new LinkedHashMap<>();

  /** What the listing says instead of a file's own entry. */
  final Map<String, String> listedInstead = new HashMap<>();

  /** Branches and tags beside {@code main}. */
  final Map<String, String> revisions = new ConcurrentHashMap<>(Map.of("main", COMMIT));

  /** {@code METHOD path range}, of both servers. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  /** What the CDN saw of tokens; must stay empty. */
  final List<String> leaks = Collections.synchronizedList(new ArrayList<>());

  /** What the Hub saw of tokens. */
  final List<String> tokens = Collections.synchronizedList(new ArrayList<>());

  /** So many bytes are sent before the connection is cut, request by request. */
  final Deque<Long> cuts = new ArrayDeque<>();

  /** Answers to requests whose path begins so, as long as there are any. */
  final Map<String, Deque<Refusal>> refusals = new ConcurrentHashMap<>();

  /** Bytes of the CDN that are others than the listing says. */
  final Map<String, byte[]> servedInstead = new ConcurrentHashMap<>();

  /** What is said instead of the listing; empty for the listing. */
  @Nullable String listing;

  boolean ignoresRanges;
  boolean listsBlobs = true;
  boolean asksForToken;
  int pageSize = 3;

  /** Milliseconds between blocks of 64 KB. */
  volatile long blockPause;

  /**
   * So many bytes of a large file are sent, and the rest is held back, so that there is a middle.
   */
  volatile long heldFrom = Long.MAX_VALUE;

  private final HttpServer hub;
  private final HttpServer cdn;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  StubHub(String id) throws IOException {
    this.id = id;
    InetAddress loopback = InetAddress.getLoopbackAddress();
    hub = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    cdn = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    hub.setExecutor(threads);
    cdn.setExecutor(threads);
    hub.createContext("/", exchange -> answered(exchange, this::hub));
    cdn.createContext("/", exchange -> answered(exchange, this::cdn));
    hub.start();
    cdn.start();
  }

  /** A small model, as transformers saves one. */
  static StubHub ofUsualModel() throws IOException {
    return new StubHub("org/model")
        .with("config.json", "{\"architectures\": [\"BertForSequenceClassification\"]}")
        .with("tokenizer.json", "{\"version\": \"1.0\"}")
        .with("tokenizer_config.json", "{}")
        .with("README.md", "# A model")
        .withLarge("model.safetensors", noise(300_000, 1))
        .withLarge("pytorch_model.bin", noise(310_000, 2))
        .withLarge("onnx/model.onnx", noise(400_000, 3));
  }

  StubHub with(String name, String text) {
    files.put(name, new StubFile(text.getBytes(UTF_8), false));
    return this;
  }

  StubHub withLarge(String name, byte[] bytes) {
    files.put(name, new StubFile(bytes, true));
    return this;
  }

  StubFile stored(String name) {
    return java.util.Objects.requireNonNull(files.get(name), name);
  }

  static byte[] noise(int count, int seed) {
    byte[] bytes = new byte[count];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Refuses the next requests whose path begins so. */
  void refuse(String path, int times, int status, Map<String, String> headers) {
    Deque<Refusal> queue = refusals.computeIfAbsent(path, p -> new ArrayDeque<>());
    for (int i = 0; i < times; i++) {
      queue.add(new Refusal(status, headers));
    }
  }

  String address() {
    return "http://localhost:" + hub.getAddress().getPort();
  }

  String cdnAddress() {
    return "http://localhost:" + cdn.getAddress().getPort();
  }

  /** The environment of a user with a token and a cache. */
  Map<String, String> environment(Path cache) {
    return Map.of(
        "HF_ENDPOINT",
        address(),
        "HF_HUB_CACHE",
        cache.toString(),
        "HF_TOKEN",
        TOKEN,
        "HF_HUB_DOWNLOAD_TIMEOUT",
        "120");
  }

  HubModel model(Path cache) {
    return HubModel.of(new ModelName(id), HubSettings.of(environment(cache))).withPause(time -> {});
  }

  /** The requests for the bytes of files. */
  List<String> downloads() {
    synchronized (requests) {
      return requests.stream().filter(r -> r.contains("/resolve/")).toList();
    }
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private void answered(HttpExchange exchange, Answer answer) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      requests.add(
          exchange.getRequestMethod()
              + " "
              + exchange.getRequestURI()
              + (range == null ? "" : " " + range));
      answer.to(exchange);
    }
  }

  private void hub(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      tokens.add(token);
    }
    Optional<Refusal> refusal = refusal(path);
    if (refusal.isPresent()) {
      refusal.get().headers().forEach(exchange.getResponseHeaders()::set);
      send(exchange, refusal.get().status(), "no".getBytes(UTF_8));
      return;
    }
    if (asksForToken && !("Bearer " + TOKEN).equals(token)) {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
      send(exchange, 401, "no".getBytes(UTF_8));
      return;
    }
    String api = "/api/models/" + id;
    Matcher file = RESOLVE.matcher(path);
    if (path.startsWith(api + "/revision/")) {
      info(exchange, URLDecoder.decode(path.substring((api + "/revision/").length()), UTF_8));
    } else if (path.startsWith(api + "/tree/")) {
      page(exchange);
    } else if (file.matches() && file.group(1).equals(id)) {
      file(exchange, file.group(2), URLDecoder.decode(file.group(3), UTF_8));
    } else {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
      send(exchange, 404, "no".getBytes(UTF_8));
    }
  }

  private Optional<Refusal> refusal(String path) {
    for (Map.Entry<String, Deque<Refusal>> entry : refusals.entrySet()) {
      if (path.startsWith(entry.getKey())) {
        synchronized (entry.getValue()) {
          if (!entry.getValue().isEmpty()) {
            return Optional.of(entry.getValue().remove());
          }
        }
      }
    }
    return Optional.empty();
  }

  private void info(HttpExchange exchange, String revision) throws IOException {
    String commit = revisions.containsValue(revision) ? revision : revisions.get(revision);
    if (commit == null) {
      exchange.getResponseHeaders().set("X-Error-Code", "RevisionNotFound");
      send(exchange, 404, "no".getBytes(UTF_8));
      return;
    }
    String other = listing;
    if (other != null) {
      send(exchange, 200, other.getBytes(UTF_8));
      return;
    }
    List<String> siblings = new ArrayList<>();
    files.forEach(
        (name, file) ->
            siblings.add(listedInstead.getOrDefault(name, file.sibling(name, listsBlobs))));
    send(
        exchange,
        200,
        ("{\"id\": \""
                + id
                + "\", \"sha\": \""
                + commit
                + "\", \"siblings\": ["
                + String.join(", ", siblings)
                + "]}")
            .getBytes(UTF_8));
  }

  private void page(HttpExchange exchange) throws IOException {
    Matcher cursor =
        Pattern.compile("cursor=(\\d+)").matcher(exchange.getRequestURI().getRawQuery());
    int from = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
    List<String> entries = new ArrayList<>();
    int at = 0;
    for (Map.Entry<String, StubFile> file : files.entrySet()) {
      if (at >= from && at < from + pageSize) {
        entries.add(file.getValue().leaf(file.getKey()));
      }
      at++;
    }
    entries.add("{\"type\": \"directory\", \"path\": \"onnx\", \"oid\": \"0\", \"size\": 0}");
    if (from + pageSize < files.size()) {
      // As behind a mirror, whose answers may name the Hub itself.
      exchange
          .getResponseHeaders()
          .set(
              "Link",
              "<https://huggingface.co"
                  + exchange.getRequestURI().getRawPath()
                  + "?recursive=true&cursor="
                  + (from + pageSize)
                  + ">; rel=\"next\"");
    }
    send(exchange, 200, ("[" + String.join(", ", entries) + "]").getBytes(UTF_8));
  }

  private void file(HttpExchange exchange, String commit, String name) throws IOException {
    StubFile file = files.get(name);
    Headers headers = exchange.getResponseHeaders();
    if (file == null) {
      headers.set("X-Error-Code", "EntryNotFound");
      send(exchange, 404, "no".getBytes(UTF_8));
      return;
    }
    headers.set("X-Repo-Commit", commit);
    if (file.lfs()) {
      headers.set("X-Linked-Size", Integer.toString(file.bytes().length));
      headers.set("X-Linked-Etag", "\"" + file.hash() + "\"");
      headers.set("Location", cdnAddress() + "/" + file.hash() + "?Signature=secret");
      send(exchange, 302, "moved".getBytes(UTF_8));
    } else {
      headers.set("ETag", "\"" + file.hash() + "\"");
      bytes(exchange, servedInstead.getOrDefault(name, file.bytes()));
    }
  }

  private void cdn(HttpExchange exchange) throws IOException {
    for (String name : List.of("Authorization", "Cookie")) {
      if (exchange.getRequestHeaders().containsKey(name)) {
        leaks.add(name + " at " + exchange.getRequestURI());
      }
    }
    String path = exchange.getRequestURI().getRawPath();
    Optional<Refusal> refusal = refusal("cdn:" + path);
    if (refusal.isPresent()) {
      refusal.get().headers().forEach(exchange.getResponseHeaders()::set);
      send(exchange, refusal.get().status(), "no".getBytes(UTF_8));
      return;
    }
    for (Map.Entry<String, StubFile> file : files.entrySet()) {
      if (file.getValue().lfs() && path.equals("/" + file.getValue().hash())) {
        exchange.getResponseHeaders().set("ETag", "\"of-the-cdn\"");
        bytes(exchange, servedInstead.getOrDefault(file.getKey(), file.getValue().bytes()));
        return;
      }
    }
    send(exchange, 403, "no".getBytes(UTF_8));
  }

  private void bytes(HttpExchange exchange, byte[] bytes) throws IOException {
    Matcher range =
        RANGE.matcher(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse(""));
    int from = 0;
    int to = bytes.length;
    int status = 200;
    if (!ignoresRanges && range.matches()) {
      from = Integer.parseInt(range.group(1));
      to = range.group(2).isEmpty() ? to : Math.min(to, Integer.parseInt(range.group(2)) + 1);
      if (from >= bytes.length) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + bytes.length);
        send(exchange, 416, "no".getBytes(UTF_8));
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
      status = 206;
    }
    Long cut;
    synchronized (cuts) {
      cut = cuts.poll();
    }
    exchange.sendResponseHeaders(status, to - from == 0 ? -1 : to - from);
    int end = cut == null ? to : Math.min(to, from + cut.intValue());
    OutputStream body = exchange.getResponseBody();
    for (int at = from; at < end; ) {
      boolean inBlocks = blockPause > 0 || heldFrom < end;
      int count = inBlocks ? Math.min(1 << 16, end - at) : end - at;
      body.write(bytes, at, count);
      body.flush();
      at += count;
      if (blockPause > 0) {
        LockSupport.parkNanos(blockPause * 1_000_000);
      }
      while (at >= heldFrom && !threads.isShutdown()) {
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    hub.stop(0);
    cdn.stop(0);
    threads.shutdownNow();
  }
}
