package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Hub on loopback that has one model, whose files are those of a folder. */
final class FolderHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  final Map<String, byte[]> files = new TreeMap<>();
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  final List<String> tokens = Collections.synchronizedList(new ArrayList<>());

  private final String id;
  private final HttpServer server;

  FolderHub(String id, Path folder) throws IOException {
    this.id = id;
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            answer(exchange);
          }
        });
    server.start();
  }

  /** The environment of a user whose cache is a folder. */
  Map<String, String> environment(Path cache) {
    return Map.of(
        "HF_ENDPOINT",
        "http://localhost:" + server.getAddress().getPort(),
        "HF_HOME",
        cache.toString());
  }

  /** Requests for the bytes of the weights. */
  List<String> ofWeights() {
    synchronized (requests) {
      return requests.stream().filter(r -> r.contains(".safetensors")).toList();
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(path + (range == null ? "" : " " + range));
    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
        .ifPresent(tokens::add);
    String resolve = "/" + id + "/resolve/" + COMMIT + "/";
    if (path.equals("/api/models/" + id + "/revision/main")) {
      send(exchange, 200, listing().getBytes(UTF_8));
    } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
      file(
          exchange,
          Objects.requireNonNull(files.get(path.substring(resolve.length()))),
          Optional.ofNullable(range).orElse(""));
    } else {
      exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
      send(exchange, 404, new byte[] {1});
    }
  }

  private String listing() {
    List<String> siblings = new ArrayList<>();
    files.forEach(
        (name, bytes) ->
            siblings.add(
                "{\"rfilename\": \""
                    + name
                    + "\", \"size\": "
                    + bytes.length
                    + ", \"blobId\": \""
                    + hex("SHA-1", ("blob " + bytes.length + "\0").getBytes(UTF_8), bytes)
                    + "\""
                    + (name.endsWith(".safetensors")
                        ? ", \"lfs\": {\"sha256\": \"" + hex("SHA-256", new byte[0], bytes) + "\"}"
                        : "")
                    + "}"));
    return "{\"sha\": \"" + COMMIT + "\", \"siblings\": [" + String.join(",", siblings) + "]}";
  }

  private static void file(HttpExchange exchange, byte[] bytes, String range) throws IOException {
    Matcher part = RANGE.matcher(range);
    if (!part.matches()) {
      send(exchange, 200, bytes);
      return;
    }
    int from = Integer.parseInt(part.group(1));
    int last = part.group(2).isEmpty() ? bytes.length - 1 : Integer.parseInt(part.group(2));
    int to = Math.min(bytes.length, last + 1);
    exchange
        .getResponseHeaders()
        .set("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + bytes.length);
    send(exchange, 206, Arrays.copyOfRange(bytes, from, to));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static String hex(String algorithm, byte[] head, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(head);
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
