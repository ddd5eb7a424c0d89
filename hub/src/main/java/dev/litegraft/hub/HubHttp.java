package dev.litegraft.hub;

import dev.litegraft.hub.Receiver.Call;
import dev.litegraft.hub.Receiver.Sink;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.ResponseInfo;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the Hub over HTTP. Redirects are followed here and not by Java, so that the token goes to
 * the endpoint's host alone, and an answer that stops coming is given up.
 */
final class HubHttp {
  private static final int MOST_REDIRECTS = 5;
  private static final Duration CONNECTING = Duration.ofSeconds(10);
  private static final String AGENT = "litegraft; java/" + Runtime.version().feature();

  /**
   * An answer.
   *
   * @param headers of the last answer
   * @param paths the paths of the endpoint that were asked, one after the other
   */
  record Answer(HttpHeaders headers, List<String> paths) {}

  /** Sees what the endpoint itself says, before it sends on to where a file's bytes are. */
  @FunctionalInterface
  interface Said {
    /** Throws what the headers make of the answer. */
    void by(HttpHeaders headers);
  }

  private final HttpClient client;
  private final Endpoint endpoint;
  private final Optional<Token> token;
  private final Duration patience;
  private final HubFaults faults;

  HubHttp(
      Endpoint endpoint,
      Optional<Token> token,
      Duration patience,
      Proxies proxies,
      HubFaults faults) {
    this.endpoint = endpoint;
    this.token = token.filter(t -> endpoint.isPrivate());
    this.patience = patience;
    this.faults = faults;
    this.client =
        HttpClient.newBuilder()
            // Files come at once over connections of their own, which is as fast as it gets.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECTING)
            .proxy(proxies)
            .build();
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /**
   * The bytes of a small answer of the endpoint's own.
   *
   * @param most more are refused
   */
  byte[] document(URI uri, int most, List<HttpHeaders> headers, List<String> paths)
      throws IOException {
    Collected body = new Collected(most);
    Answer answer = get(uri, Map.of(), body, false, said -> {});
    headers.add(answer.headers());
    paths.addAll(answer.paths());
    return body.bytes();
  }

  /** A body that is kept in memory. */
  private static final class Collected implements Sink {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int most;

    Collected(int most) {
      this.most = most;
    }

    @Override
    public void begin(ResponseInfo answer) {
      bytes.reset();
    }

    @Override
    public boolean take(ByteBuffer buffer) {
      byte[] block = new byte[buffer.remaining()];
      buffer.get(block);
      bytes.writeBytes(block);
      if (bytes.size() > most) {
        throw new HubException(
            HubException.Reason.REFUSED,
            "the Hub's answer has more than " + most + " bytes",
            "the listing of a model",
            "download the files that you need by hand, and convert the folder");
      }
      return true;
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /**
   * Asks once, and follows where the answer sends on.
   *
   * @param bytes whether a file's bytes are asked for, which may stand on another server
   * @param said sees the answers of the endpoint itself that are none of its refusals
   * @throws HubException if the Hub refuses
   * @throws LaterException if it asks for patience
   * @throws LocalFailure if {@code sink} failed
   * @throws IOException if the network did
   */
  Answer get(URI uri, Map<String, String> headers, Sink sink, boolean bytes, Said said)
      throws IOException {
    URI at = uri;
    boolean own = true;
    List<String> paths = new ArrayList<>();
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      own &= endpoint.isOwn(at);
      HttpResponse<Integer> response = send(at, headers, own, sink);
      int status = response.statusCode();
      HttpHeaders answered = response.headers();
      if (own) {
        paths.add(at.getRawPath());
        if (status / 100 <= 3) {
          said.by(answered);
        }
      }
      Optional<String> location = answered.firstValue("Location");
      if (status / 100 == 2) {
        return new Answer(answered, paths);
      } else if (status / 100 == 3 && location.isPresent()) {
        at = endpoint.next(at, location.get(), bytes);
      } else {
        throw faults.of(at, status, answered, own, token);
      }
    }
    throw faults.circle(uri);
  }

  private HttpResponse<Integer> send(URI uri, Map<String, String> headers, boolean own, Sink sink)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).GET().header("User-Agent", AGENT);
    headers.forEach(request::header);
    if (own && token.isPresent()) {
      request.header("Authorization", "Bearer " + token.get().secret());
    }
    Call call = new Call();
    CompletableFuture<HttpResponse<Integer>> asked =
        client.sendAsync(request.build(), Receiver.handler(sink, call));
    try {
      return awaited(asked, call);
    } finally {
      call.end();
    }
  }

  /** Waits as long as something comes. */
  private <T> T awaited(CompletableFuture<T> asked, Call call) throws IOException {
    long before = 0;
    while (true) {
      try {
        return asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        long received = call.received();
        if (received == before) {
          asked.cancel(true);
          throw new HttpTimeoutException(
              "nothing came for "
                  + (patience.toSeconds() == 1 ? "a second" : patience.toSeconds() + " seconds"));
        }
        before = received;
      } catch (InterruptedException e) {
        asked.cancel(true);
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("the download was interrupted");
      } catch (ExecutionException e) {
        throw thrown(e);
      }
    }
  }

  /** Java wraps what was thrown while it came. */
  private static IOException thrown(ExecutionException failure) {
    for (Throwable at = failure.getCause(); at != null; at = at.getCause()) {
      if (at instanceof HubException e) {
        throw e;
      }
      if (at instanceof LocalFailure e) {
        return e;
      }
    }
    Throwable cause = failure.getCause();
    if (cause instanceof IOException e) {
      return e;
    }
    if (cause instanceof RuntimeException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return new IOException("the request failed", failure);
  }
}
