package dev.litegraft.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A web server that knows nothing of pages, and sends no headers but the type of a file. */
final class PlainServer implements AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html",
          "css", "text/css",
          "js", "text/javascript",
          "json", "application/json",
          "svg", "image/svg+xml",
          "wasm", "application/wasm");

  private final HttpServer server;
  private final ExecutorService threads;
  private final String path;

  private PlainServer(HttpServer server, ExecutorService threads, String path) {
    this.server = server;
    this.threads = threads;
    this.path = path;
  }

  static PlainServer start(Path folder, String path) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    server.setExecutor(threads);
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            String name = exchange.getRequestURI().getPath().substring(path.length());
            Path file = folder.resolve(name.isEmpty() ? "index.html" : name);
            if (!Files.isRegularFile(file)) {
              exchange.sendResponseHeaders(404, -1);
              return;
            }
            String kind = name.isEmpty() ? "html" : name.substring(name.lastIndexOf('.') + 1);
            exchange
                .getResponseHeaders()
                .set("Content-Type", TYPES.getOrDefault(kind, "application/octet-stream"));
            exchange.sendResponseHeaders(200, Files.size(file));
            Files.copy(file, exchange.getResponseBody());
          }
        });
    server.start();
    return new PlainServer(server, threads, path);
  }

  String address() {
    return "http://localhost:" + server.getAddress().getPort() + path;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
