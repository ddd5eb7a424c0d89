package dev.litegraft.web;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Serves a page to this machine, and to no other. */
public final class PageServer implements AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "json", "application/json",
          "svg", "image/svg+xml",
          "wasm", "application/wasm",
          "tflite", "application/octet-stream",
          "md", "text/plain; charset=utf-8");

  private static final String POLICY =
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src"
          + " 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private static final int PORTS = 65_535;
  private static final int THREADS = 4;

  private final HttpServer server;
  private final ExecutorService threads;
  private final Map<String, String> tags = new ConcurrentHashMap<>();

  private PageServer(HttpServer server, ExecutorService threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * {@link #bind} and {@link #serve}.
   *
   * @throws InvalidInputException as {@link #bind}
   */
  public static PageServer start(WebPage page, int port) throws IOException {
    PageServer server = bind(port);
    server.serve(page);
    return server;
  }

  /**
   * Takes a port, so that it is known to be free before a page is written.
   *
   * @param port 0 for any that is free
   * @throws InvalidInputException if it is in use, or not allowed
   */
  public static PageServer bind(int port) throws IOException {
    if (port < 0 || port > PORTS) {
      throw new IllegalArgumentException("a port is 0 to " + PORTS + ", not " + port);
    }
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (BindException e) {
      InvalidInputException fault =
          new InvalidInputException(
              "port " + port + " cannot be served: " + e.getMessage(),
              "http://localhost:" + port + "/",
              "end what uses it, or choose another: --serve " + Math.min(PORTS, port + 1));
      fault.initCause(e);
      throw fault;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            run -> {
              Thread thread = new Thread(run, "litegraft-page-server");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
    return new PageServer(server, threads);
  }

  /** Serves a page from now on. What most browsers load is compressed before. */
  public void serve(WebPage page) throws IOException {
    CompressedFiles files = new CompressedFiles(page.folder());
    files.prepare(page.sizes().keySet().stream().filter(name -> !name.contains("compat")).toList());
    server.createContext("/", exchange -> answer(exchange, page, files));
    server.start();
  }

  /** Where a browser finds the page. */
  public URI address() {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/");
  }

  private void answer(HttpExchange exchange, WebPage page, CompressedFiles files)
      throws IOException {
    try (exchange) {
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
      String path = exchange.getRequestURI().getPath();
      String name = path.equals("/") ? "index.html" : path.substring(1);
      boolean reads = Set.of("GET", "HEAD").contains(exchange.getRequestMethod());
      // A name of somebody's that leads here must not read what is here.
      if (!host.matches("(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?")) {
        refuse(exchange, 403);
      } else if (!reads) {
        refuse(exchange, 405);
      } else if (!page.sizes().containsKey(name)) {
        refuse(exchange, 404);
      } else {
        send(exchange, page.folder().resolve(name), name, files);
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
  }

  private void send(HttpExchange exchange, Path file, String name, CompressedFiles files)
      throws IOException {
    if (!Files.isRegularFile(file)) {
      refuse(exchange, 404);
      return;
    }
    Headers asked = exchange.getRequestHeaders();
    Optional<CompressedFiles.Encoding> encoding =
        CompressedFiles.Encoding.of(name, asked.getFirst("Accept-Encoding"));
    String tag = '"' + tag(name, file) + encoding.map(e -> "-" + e.token()).orElse("") + '"';
    Headers headers = exchange.getResponseHeaders();
    headers.set(
        "Content-Type",
        TYPES.getOrDefault(CompressedFiles.kind(name), "text/plain; charset=utf-8"));
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-cache");
    headers.set("ETag", tag);
    headers.set("Vary", "Accept-Encoding");
    if (tag.equals(asked.getFirst("If-None-Match"))) {
      refuse(exchange, 304);
      return;
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (encoding.isPresent()) {
      byte[] bytes = files.of(name, encoding.get());
      headers.set("Content-Encoding", encoding.get().token());
      exchange.sendResponseHeaders(200, head ? -1 : bytes.length);
      if (!head) {
        exchange.getResponseBody().write(bytes);
      }
      return;
    }
    exchange.sendResponseHeaders(200, head ? -1 : Math.max(1, Files.size(file)));
    if (!head) {
      try (OutputStream out = exchange.getResponseBody()) {
        Files.copy(file, out);
      }
    }
  }

  /** A page may be written again while it is served. */
  private String tag(String name, Path file) throws IOException {
    String written = name + " " + Files.getLastModifiedTime(file);
    String known = tags.get(written);
    if (known == null) {
      known = Sha256.of(file).substring(0, 32);
      tags.put(written, known);
    }
    return known;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
