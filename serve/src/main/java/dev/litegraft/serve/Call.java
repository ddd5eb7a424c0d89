package dev.litegraft.serve;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.litegraft.json.Json;
import dev.litegraft.serve.Refusal.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

/** One request over the wire: its body is read within limits, and it gets one reply. */
final class Call implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  /** A client that still sends when it is refused reads the reply once it has sent this much. */
  private static final long DRAINED = 64L << 20;

  private static final Pattern JSON = Pattern.compile("application/(json|[a-z0-9.-]+\\+json)");

  private static final Map<String, String> CLOSE = Map.of("Connection", "close");
  private static final Map<String, String> LATER =
      Map.of("Connection", "close", "Retry-After", "1");

  private final HttpExchange exchange;
  private final Shape shape;
  private final BodyMemory memory;
  private final AtomicBoolean answered = new AtomicBoolean();
  private long held;

  Call(HttpExchange exchange, Shape shape, BodyMemory memory) {
    this.exchange = exchange;
    this.shape = shape;
    this.memory = memory;
  }

  /** Ends it: the bytes of its body no longer count. */
  @Override
  public void close() {
    memory.giveBack(held);
    held = 0;
  }

  /** Sends a reply; nothing where one was sent before. */
  void send(Reply reply) throws IOException {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    Headers headers = exchange.getResponseHeaders();
    if (reply.body().length > 0) {
      headers.set("Content-Type", reply.type());
    }
    reply.headers().forEach(headers::set);
    boolean empty = reply.body().length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(reply.status(), empty ? -1 : reply.body().length);
    if (!empty) {
      // Closing it would wait for what the client still sends.
      OutputStream out = exchange.getResponseBody();
      out.write(reply.body());
      out.flush();
    }
  }

  /** Sends a refusal after which nothing more is read from this client. */
  void refuseAndClose(Refusal refusal) throws IOException {
    send(Reply.refused(shape, refusal, refusal.kind() == Kind.OVERLOADED ? LATER : CLOSE));
  }

  /**
   * Reads the body. A client that is too slow gets 408 meanwhile; its connection is cut by the
   * JDK's server a moment later, which ends this with an {@link IOException}.
   *
   * @throws Refusal if it is of another type; too large, or more than there is memory for, in which
   *     cases what is sent is read and forgotten, because a client that cannot send does not read
   */
  byte[] body(int most, ScheduledExecutorService clock, long milliseconds) throws IOException {
    requireJson();
    InputStream in = exchange.getRequestBody();
    String length = exchange.getRequestHeaders().getFirst("Content-Length");
    if (length != null) {
      long bytes = Long.parseLong(length); // The JDK's server has parsed it.
      if (bytes <= most && in.available() >= bytes && hold(bytes)) {
        return in.readAllBytes(); // It came with the head: there is nothing to wait for.
      }
    }
    ScheduledFuture<?> late = clock.schedule(this::tooSlow, milliseconds, TimeUnit.MILLISECONDS);
    try {
      return read(in, length == null ? 0 : Long.parseLong(length), most);
    } catch (Refusal refusal) { // What was read is free by now.
      throw refusedWhileItSends(in, refusal);
    } finally {
      late.cancel(false);
    }
  }

  private byte[] read(InputStream in, long length, int most) throws IOException {
    if (length > most) {
      throw tooLarge(length + " bytes", most);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      if (body.size() + (long) n > most) {
        throw tooLarge("more", most);
      }
      if (!hold(n)) {
        throw noRoom();
      }
      body.write(buffer, 0, n);
    }
    return body.toByteArray();
  }

  private void tooSlow() {
    try {
      refuseAndClose(Refusal.of(Kind.SLOW, "the request's body did not arrive in time"));
    } catch (IOException e) {
      // The client is gone: there is nobody to tell.
    }
  }

  private boolean hold(long bytes) {
    boolean fits = memory.take(bytes);
    held += fits ? bytes : 0;
    return fits;
  }

  private Refusal noRoom() {
    return Refusal.of(
        Kind.OVERLOADED,
        "Model is overloaded: bodies of requests take all of the "
            + memory.most()
            + " bytes that there are for them");
  }

  private static Refusal tooLarge(String found, int most) {
    return Refusal.of(
        Kind.TOO_LARGE, "the body has " + found + ", and at most " + most + " bytes are taken");
  }

  private Refusal refusedWhileItSends(InputStream in, Refusal refusal) throws IOException {
    close();
    refuseAndClose(refusal);
    byte[] buffer = new byte[BUFFER];
    long drained = 0;
    for (int n = in.read(buffer); n >= 0 && drained < DRAINED; n = in.read(buffer)) {
      drained += n;
    }
    return refusal;
  }

  private void requireJson() {
    Headers headers = exchange.getRequestHeaders();
    String type = String.valueOf(headers.getFirst("Content-Type")).toLowerCase(Locale.ROOT);
    String[] parts = type.split(";", -1);
    boolean json = JSON.matcher(parts[0].strip()).matches();
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      json &= !part.startsWith("charset=") || part.matches("charset=\"?utf-?8\"?");
    }
    if (!json) {
      throw Refusal.of(
          Kind.MEDIA_TYPE,
          "Expected request with `Content-Type: application/json`, not " + Json.show(type));
    }
    String encoding = headers.getFirst("Content-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      throw Refusal.of(
          Kind.MEDIA_TYPE, "a body in Content-Encoding " + Json.show(encoding) + " is not read");
    }
  }
}
