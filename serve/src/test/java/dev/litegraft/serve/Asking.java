package dev.litegraft.serve;

import dev.litegraft.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a server, as a program would that was written for the interface that it imitates. */
record Asking(ModelServer server, HttpClient client) {
  static Asking of(ModelServer server) {
    return new Asking(server, HttpClient.newHttpClient());
  }

  URI at(String path) {
    return server.address().resolve(path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(HttpRequest.newBuilder(at(path)).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    return post(path, json, "Content-Type", "application/json");
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(at(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** The object that came back; a list is the member {@code list} of one. */
  static Map<String, @Nullable Object> json(HttpResponse<String> response) {
    String body = response.body();
    String object = body.startsWith("[") ? "{\"list\":" + body + "}" : body;
    return Json.parse(object.getBytes(StandardCharsets.UTF_8), response.uri().toString());
  }

  /** A text as JSON. */
  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\t", "\\t") + '"';
  }
}
