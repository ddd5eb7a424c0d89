package dev.litegraft.serve;

import dev.litegraft.runtime.RuntimeOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a {@link ModelServer} listens, and what it takes.
 *
 * @param host the address to listen on; of another than this machine's own everybody can ask who
 *     reaches it
 * @param port 0 for any that is free
 * @param token what clients must send as {@code Authorization: Bearer}; absent: anybody may ask
 * @param maxBody the most bytes of a request's body
 * @param maxTexts the most texts of one request
 * @param queue the most texts of a model that wait or are being answered; more are refused with
 *     429, unless no others wait
 * @param requestTime how long a client may take to send a request
 * @param stopTime how long {@link ModelServer#close} waits for requests that are being answered;
 *     then it waits for the batch that each model is at, which is at most 64 texts for each thread
 *     of each interpreter
 * @param runtime how the files are opened
 */
public record ServeOptions(
    String host,
    int port,
    Optional<String> token,
    int maxBody,
    int maxTexts,
    int queue,
    Duration requestTime,
    Duration stopTime,
    RuntimeOptions runtime) {
  private static final int PORTS = 65_535;

  /**
   * @throws IllegalArgumentException if a number is out of its range, or the token is empty or has
   *     characters that no header can have
   */
  public ServeOptions {
    Objects.requireNonNull(host, "host");
    require(port >= 0 && port <= PORTS, "a port is 0 to " + PORTS + ", not " + port);
    require(maxBody >= 1, "maxBody must be at least 1 byte, not " + maxBody);
    require(maxTexts >= 1, "maxTexts must be at least 1, not " + maxTexts);
    require(queue >= maxTexts, "a queue of " + queue + " has no room for " + maxTexts + " texts");
    require(requestTime.toMillis() >= 1, "requestTime must be positive, not " + requestTime);
    require(!stopTime.isNegative(), "stopTime must not be negative, and is " + stopTime);
    require(
        token.isEmpty() || token.get().matches("[\\x21-\\x7e]+"),
        "a token is made of visible ASCII characters, and has at least one");
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /**
   * Loopback, port 8080, no token, 4 MiB, 2048 texts, a queue of 4096, 30 seconds for a request and
   * for stopping.
   */
  public static ServeOptions defaults() {
    return new ServeOptions(
        "127.0.0.1",
        8080,
        Optional.empty(),
        4 << 20,
        2048,
        4096,
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        RuntimeOptions.defaults());
  }

  /** The same on another address. */
  public ServeOptions withHost(String other) {
    return new ServeOptions(
        other, port, token, maxBody, maxTexts, queue, requestTime, stopTime, runtime);
  }

  /** The same on another port; 0 for any that is free. */
  public ServeOptions withPort(int other) {
    return new ServeOptions(
        host, other, token, maxBody, maxTexts, queue, requestTime, stopTime, runtime);
  }

  /** The same for clients that know a token. */
  public ServeOptions withToken(String secret) {
    return new ServeOptions(
        host, port, Optional.of(secret), maxBody, maxTexts, queue, requestTime, stopTime, runtime);
  }

  /** The same with other limits: see the record's components. */
  public ServeOptions withLimits(int bodyBytes, int texts, int queued) {
    return new ServeOptions(
        host, port, token, bodyBytes, texts, queued, requestTime, stopTime, runtime);
  }

  /** The same with other times: see the record's components. */
  public ServeOptions withTimes(Duration request, Duration stop) {
    return new ServeOptions(host, port, token, maxBody, maxTexts, queue, request, stop, runtime);
  }

  /** The same with files that are opened otherwise. */
  public ServeOptions withRuntime(RuntimeOptions other) {
    return new ServeOptions(
        host, port, token, maxBody, maxTexts, queue, requestTime, stopTime, other);
  }

  /** What is said of it without the token. */
  @Override
  public String toString() {
    return "ServeOptions[" + host + ":" + port + (token.isPresent() ? ", with a token]" : "]");
  }
}
