package dev.litegraft.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.LitegraftException;
import dev.litegraft.serve.Refusal.Kind;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Finds what a request asks for, and answers it. */
final class Router implements HttpHandler {
  /** What a path answers. */
  interface Answer {
    Reply to(Request request) throws IOException;
  }

  /**
   * A path.
   *
   * @param open whether it is for those, too, who have no token
   */
  private record Route(String method, Shape shape, boolean open, Answer answer) {}

  /** Ends the path of a route that takes the rest of a path as a name. */
  private static final String NAME = "NAME";

  private final Map<String, Map<String, Route>> routes = new LinkedHashMap<>();
  private final ServeOptions options;
  private final Gate gate;
  private final Metrics metrics;
  private final InFlight inFlight;
  private final BodyMemory memory;
  private final ScheduledExecutorService clock;
  private final Consumer<Throwable> faults;

  Router(
      ServeOptions options,
      Gate gate,
      Metrics metrics,
      InFlight inFlight,
      ScheduledExecutorService clock,
      Consumer<Throwable> faults) {
    this.options = options;
    this.gate = gate;
    this.metrics = metrics;
    this.inFlight = inFlight;
    this.memory = BodyMemory.of(options);
    this.clock = clock;
    this.faults = faults;
  }

  /** A path that is read; one that ends with {@code NAME} with any name there. */
  Router get(String path, Shape shape, boolean open, Answer answer) {
    return put(path, new Route("GET", shape, open, answer));
  }

  /** A path that JSON is sent to. */
  Router post(String path, Shape shape, Answer answer) {
    return put(path, new Route("POST", shape, false, answer));
  }

  private Router put(String path, Route route) {
    routes.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(route.method(), route);
    return this;
  }

  /** The routes of a path, by method; none of a path that is unknown. */
  private Map<String, Route> at(String path) {
    return routes.keySet().stream()
        .filter(known -> known.equals(path) || isNamed(known, path))
        .findFirst()
        .map(routes::get)
        .orElse(Map.of());
  }

  private static boolean isNamed(String known, String path) {
    String before = known.substring(0, Math.max(0, known.length() - NAME.length()));
    return known.endsWith(NAME) && path.startsWith(before) && path.length() > before.length();
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    boolean entered = inFlight.enter();
    String path = exchange.getRequestURI().getPath();
    Map<String, Route> there = at(path);
    try (exchange;
        Call call = new Call(exchange, shape(path, there), memory)) {
      try {
        call.send(reply(exchange, call, path, there, entered));
      } catch (Refusal refusal) {
        refuse(call, refusal, path, there);
      } catch (RuntimeException | Error e) {
        faults.accept(e);
        refuse(call, fault(e), path, there);
      }
    } finally {
      if (entered) {
        inFlight.leave();
      }
    }
  }

  private void refuse(Call call, Refusal refusal, String path, Map<String, Route> there)
      throws IOException {
    metrics.refused(refusal.kind());
    call.send(Reply.refused(shape(path, there), refusal, headers(refusal, there)));
  }

  private static Shape shape(String path, Map<String, Route> there) {
    return there.values().stream()
        .findFirst()
        .map(Route::shape)
        .orElse(path.startsWith("/v1/") ? Shape.OPENAI : Shape.TEI);
  }

  /** What a fault of ours is to the one who asked. */
  static Refusal fault(Throwable e) {
    if (e instanceof OutOfMemoryError) {
      return Refusal.of(Kind.NO_MEMORY, "there is not enough memory for it now");
    }
    String what =
        e instanceof LitegraftException known ? known.what() : e.getClass().getSimpleName();
    return Refusal.of(Kind.FAULT, "the model could not be asked: " + what);
  }

  private static Map<String, String> headers(Refusal refusal, Map<String, Route> there) {
    return switch (refusal.kind()) {
      case METHOD -> Map.of("Allow", String.join(", ", there.keySet()));
      case UNAUTHORIZED -> Map.of("WWW-Authenticate", "Bearer");
      case OVERLOADED, NO_MEMORY -> Map.of("Retry-After", "1");
      case STOPPING -> Map.of("Connection", "close", "Retry-After", "1");
      default -> Map.of();
    };
  }

  private Reply reply(
      HttpExchange exchange, Call call, String path, Map<String, Route> there, boolean entered)
      throws IOException {
    gate.requireHost(exchange);
    if (there.isEmpty()) {
      gate.requireToken(exchange);
      throw Refusal.of(
          Kind.NO_SUCH_PATH, "there is no path " + path + "; there are " + routes.keySet());
    }
    String method = exchange.getRequestMethod();
    Route route = there.get(method.equals("HEAD") ? "GET" : method);
    if (route == null) {
      throw Refusal.of(
          Kind.METHOD, path + " takes " + String.join(", ", there.keySet()) + ", not " + method);
    }
    if (!route.open()) {
      gate.requireToken(exchange);
    }
    if (!entered) {
      throw Refusal.of(Kind.STOPPING, "the server is stopping");
    }
    boolean reads = route.method().equals("GET");
    Fields fields =
        reads
            ? new Fields(Map.of())
            : Fields.of(call.body(options.maxBody(), clock, options.requestTime().toMillis()));
    Request request = new Request(path, model(exchange), fields, System.nanoTime());
    try {
      Reply reply = route.answer().to(request);
      if (!reads) {
        metrics.answered(path, System.nanoTime() - request.begin());
      }
      return reply;
    } catch (InvalidInputException e) {
      throw Asked.refused(e);
    }
  }

  /** {@code ?model=name}. */
  private static Optional<String> model(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    if (query == null) {
      return Optional.empty();
    }
    for (String part : query.split("&", -1)) {
      if (part.startsWith("model=")) {
        try {
          return Optional.of(URLDecoder.decode(part.substring(6), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          throw Refusal.of(Kind.MALFORMED, "the address has a % that no two digits follow");
        }
      }
    }
    return Optional.empty();
  }
}
