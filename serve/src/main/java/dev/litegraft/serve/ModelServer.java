package dev.litegraft.serve;

import com.sun.net.httpserver.HttpServer;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.error.InvalidRequestException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Answers HTTP requests with {@code .tflite} files: classifiers, embedders and rerankers, in the
 * shapes of text-embeddings-inference, OpenAI, Jina and Cohere.
 *
 * <pre>{@code
 * try (ModelServer server =
 *     ModelServer.start(List.of(Path.of("reviews.tflite")), ServeOptions.defaults(), e -> {})) {
 *   System.out.println(server.address());
 *   …
 * }
 * }</pre>
 *
 * <p>Texts of all requests go through the runtime's way of many texts together; answers are those
 * of single calls, bit for bit. A reply is whole before its first byte is sent.
 *
 * <p>The JDK's server takes its settings for slow and idle connections from system properties, once
 * a process: {@link #start} sets those that nobody has set, for a process in which no other {@link
 * HttpServer} was made before.
 */
public final class ModelServer implements AutoCloseable {
  private static final int BACKLOG = 1024;

  /** The JDK's server cuts a connection when we have had the time to say why. */
  private static final int CUT_AFTER_SECONDS = 2;

  /** For those who wait for an answer, or do not read it. */
  private static final int ANSWER_SECONDS = 600;

  private static final Duration REFUSALS = Duration.ofSeconds(5);

  private final HttpServer server;
  private final ExecutorService threads;
  private final ScheduledThreadPoolExecutor clock;
  private final InFlight inFlight;
  private final Models models;
  private final ServeOptions options;
  private final AtomicBoolean closed = new AtomicBoolean();

  private ModelServer(
      HttpServer server,
      ExecutorService threads,
      ScheduledThreadPoolExecutor clock,
      InFlight inFlight,
      Models models,
      ServeOptions options) {
    this.server = server;
    this.threads = threads;
    this.clock = clock;
    this.inFlight = inFlight;
    this.models = models;
    this.options = options;
  }

  /**
   * Takes the port, opens and warms up the files, and answers from then on.
   *
   * @param files at least one; requests call each by its name without {@code .tflite}
   * @param faults is told what went wrong inside, on the request's thread; the client gets 500
   * @throws InvalidInputException if the port is in use or not allowed, or a file cannot be served
   * @throws dev.litegraft.error.NativeRuntimeException if there is no native library for this
   *     machine
   */
  public static ModelServer start(
      List<Path> files, ServeOptions options, Consumer<Throwable> faults) throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("there is no file to serve");
    }
    settings(options);
    HttpServer server = bind(options);
    Metrics metrics = new Metrics();
    Models models;
    try {
      models = Models.open(files, options, metrics);
    } catch (RuntimeException | IOException | Error e) {
      server.stop(0);
      throw e;
    }
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, RequestThreads.daemons("litegraft-serve-clock"));
    clock.setRemoveOnCancelPolicy(true);
    InFlight inFlight = new InFlight();
    Gate gate = new Gate(options.token(), server.getAddress().getAddress().isLoopbackAddress());
    Router router = new Router(options, gate, metrics, inFlight, clock, faults);
    routes(router, models, options, metrics);
    ExecutorService threads = RequestThreads.open();
    server.setExecutor(threads);
    server.createContext("/", router);
    server.start();
    return new ModelServer(server, threads, clock, inFlight, models, options);
  }

  private static void routes(Router router, Models models, ServeOptions options, Metrics metrics) {
    TeiPaths tei = new TeiPaths(models, options.maxTexts(), metrics);
    OpenAiPaths openAi = new OpenAiPaths(models, options.maxTexts(), metrics);
    RerankPaths rerank = new RerankPaths(models, options.maxTexts(), metrics);
    InfoPage info = new InfoPage(models, options, version());
    Router.Answer alive = request -> Reply.text("text/plain", new byte[0]);
    router
        .get("/health", Shape.TEI, true, alive)
        .get("/ping", Shape.TEI, true, alive)
        .get("/", Shape.TEI, true, alive)
        .get(
            "/metrics",
            Shape.TEI,
            true,
            request ->
                Reply.text(
                    Metrics.TYPE, metrics.page().getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .get("/info", Shape.TEI, false, info::of)
        .post("/", Shape.TEI, tei::only)
        .post("/invocations", Shape.TEI, tei::only)
        .post("/predict", Shape.TEI, tei::predict)
        .post("/embed", Shape.TEI, tei::embed)
        .post("/embed_sparse", Shape.TEI, tei::embedSparse)
        .post("/rerank", Shape.TEI, tei::rerank)
        .post("/similarity", Shape.TEI, tei::similarity)
        .post("/embeddings", Shape.OPENAI, openAi::embeddings)
        .post("/v1/embeddings", Shape.OPENAI, openAi::embeddings)
        .get("/v1/models", Shape.OPENAI, false, openAi::models)
        .get(OpenAiPaths.MODEL + "NAME", Shape.OPENAI, false, openAi::model)
        .post("/v1/rerank", Shape.RERANK, rerank::rerank)
        .post("/v2/rerank", Shape.RERANK, rerank::rerank);
  }

  private static String version() {
    String version = ModelServer.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private static void settings(ServeOptions options) {
    long cut = options.requestTime().toSeconds() + CUT_AFTER_SECONDS;
    Map.of(
            "nodelay", "true", // Else a client's delayed acknowledgement costs 40 ms a request.
            "maxReqTime", Long.toString(cut),
            "maxRspTime", Integer.toString(ANSWER_SECONDS),
            "maxIdleConnections", "1024",
            "idleInterval", "60")
        .forEach(
            (name, value) -> {
              String property = "sun.net.httpserver." + name;
              if (System.getProperty(property) == null) {
                System.setProperty(property, value);
              }
            });
  }

  private static HttpServer bind(ServeOptions options) throws IOException {
    InetSocketAddress address;
    try {
      address = new InetSocketAddress(InetAddress.getByName(options.host()), options.port());
    } catch (UnknownHostException e) {
      InvalidRequestException fault =
          new InvalidRequestException(
              "the host " + options.host() + " is not known",
              "the address to listen on",
              "use 127.0.0.1 for this machine alone, or 0.0.0.0 for all of its addresses");
      fault.initCause(e);
      throw fault;
    }
    try {
      return HttpServer.create(address, BACKLOG);
    } catch (BindException e) {
      InvalidInputException fault =
          new InvalidInputException(
              "port " + options.port() + " cannot be served: " + e.getMessage(),
              "http:/" + address,
              "end what uses it, or choose another port; 0 is any that is free");
      fault.initCause(e);
      throw fault;
    }
  }

  /** Where clients on this machine find it. */
  public URI address() {
    InetSocketAddress bound = server.getAddress();
    String host =
        bound.getAddress().isAnyLocalAddress() ? "127.0.0.1" : bound.getAddress().getHostAddress();
    return URI.create(
        "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + bound.getPort());
  }

  /** What requests call the files. */
  public List<String> models() {
    return models.all().stream().map(ServedModel::name).toList();
  }

  /**
   * What a user should know of the files, in sentences that begin with their names; see {@link
   * dev.litegraft.runtime.RawModel#notes()}.
   */
  public List<String> notes() {
    return models.notes();
  }

  /**
   * Stops: new requests get 503, those that are being answered are waited for, for as long as
   * {@link ServeOptions#stopTime()} says; then those that still wait get 503, too, and the batch
   * that each model is at is waited for. A second call does nothing.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    inFlight.stop(options.stopTime());
    models.close();
    inFlight.stop(REFUSALS);
    server.stop(0);
    clock.shutdownNow();
    threads.shutdownNow();
  }
}
