package dev.litegraft.cli;

import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.serve.ModelServer;
import dev.litegraft.serve.ServeOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Answers HTTP requests. */
@Command(
    name = "serve",
    description = {
      "Answer HTTP requests with .tflite files, in the shapes of text-embeddings-inference"
          + " (/predict, /embed, /rerank, /info, /health, /metrics), OpenAI (/v1/embeddings), Jina"
          + " and Cohere (/v1/rerank).",
      "Listens to this machine alone unless --host says otherwise; ends with Ctrl-C, after the"
          + " requests that are being answered."
    })
final class ServeCommand extends Subcommand {
  /** The variable of the environment that holds the token. */
  static final String TOKEN = "LITEGRAFT_API_KEY";

  private static final int MOST_TOKEN_BYTES = 4096;
  private static final int MOST_SECONDS = 86_400;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "A .tflite file of a classifier, an embedder or a reranker; requests name it without"
              + " .tflite as \"model\", where several could answer.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Where to listen; default: 127.0.0.1. 0.0.0.0 is every address of the machine.")
  private String host = ServeOptions.defaults().host();

  @Option(names = "--port", paramLabel = "N", description = "Default: 8080; 0 is any that is free.")
  private int port = ServeOptions.defaults().port();

  @Option(
      names = "--api-key-file",
      paramLabel = "F",
      description =
          "A file with the token that clients must send as Authorization: Bearer; default: what "
              + TOKEN
              + " says. Without either anybody may ask who reaches the address.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--max-body",
      paramLabel = "BYTES",
      description = "The most bytes of a request; default: 4194304. More are refused with 413.")
  private int maxBody = ServeOptions.defaults().maxBody();

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "The most texts of a request; default: 2048.")
  private int maxTexts = ServeOptions.defaults().maxTexts();

  @Option(
      names = "--queue",
      paramLabel = "N",
      description =
          "The most texts that wait for a model; default: 4096. More are refused with 429.")
  private int queue = ServeOptions.defaults().queue();

  @Option(
      names = "--request-timeout",
      paramLabel = "SECONDS",
      description = "How long a client may take to send a request; default: 30.")
  private int requestSeconds = (int) ServeOptions.defaults().requestTime().toSeconds();

  @Option(
      names = "--stop-timeout",
      paramLabel = "SECONDS",
      description =
          "How long to wait for requests that are being answered; default: 30. The batch that a"
              + " model is at then is waited for, too.")
  private int stopSeconds = (int) ServeOptions.defaults().stopTime().toSeconds();

  @Option(
      names = "--plain-text",
      description =
          "Special tokens that are written in a text, as [SEP] or </s>, are text like any other:"
              + " for texts of strangers. Default: they count as such, as in transformers.")
  private boolean plainText;

  @Mixin private FileOptions opening;

  @Override
  int execute() throws IOException {
    ServeOptions options =
        options(opening.asking(common(), environment()).withPlainText(plainText));
    ModelServer server = ModelServer.start(files, options, this::tell);
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(server::close, "litegraft-serve-stop"));
      print(server, options);
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      server.close();
    }
    return ExitCode.DONE;
  }

  private ServeOptions options(RuntimeOptions runtime) throws IOException {
    require(port >= 0 && port <= 65_535, "--port is " + port, "a port from 0 to 65535");
    require(maxBody >= 1, "--max-body is " + maxBody, "a number of bytes from 1 on");
    require(maxTexts >= 1, "--max-texts is " + maxTexts, "a number from 1 on");
    require(
        queue >= maxTexts,
        "--queue is " + queue + ", and a request may have " + maxTexts + " texts",
        "a --queue of at least --max-texts");
    require(
        requestSeconds >= 1 && requestSeconds <= MOST_SECONDS,
        "--request-timeout is " + requestSeconds,
        "seconds from 1 to " + MOST_SECONDS);
    require(
        stopSeconds >= 0 && stopSeconds <= MOST_SECONDS,
        "--stop-timeout is " + stopSeconds,
        "seconds from 0 to " + MOST_SECONDS);
    ServeOptions options =
        ServeOptions.defaults()
            .withHost(host)
            .withPort(port)
            .withLimits(maxBody, maxTexts, queue)
            .withTimes(Duration.ofSeconds(requestSeconds), Duration.ofSeconds(stopSeconds))
            .withRuntime(runtime);
    Optional<String> token = token();
    return token.isPresent() ? options.withToken(token.get()) : options;
  }

  private void require(boolean holds, String what, String remedy) {
    if (!holds) {
      throw usage(what, remedy);
    }
  }

  /** Neither the command's arguments, which others on this machine see, nor the log have it. */
  private Optional<String> token() throws IOException {
    String from = tokenFile == null ? TOKEN : tokenFile.toString();
    String token;
    if (tokenFile == null) {
      token = environment().getOrDefault(TOKEN, "");
      if (token.isEmpty()) {
        return Optional.empty();
      }
    } else {
      token = read(tokenFile).strip();
    }
    if (!token.matches("[\\x21-\\x7e]+")) {
      throw usage(
          token.isEmpty()
              ? "the token in " + from + " is empty"
              : "the token in " + from + " has characters that no header can have",
          "visible ASCII characters without spaces");
    }
    return Optional.of(token);
  }

  /** Not by its size: that of a pipe or of a device is none. */
  private String read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw usage("--api-key-file is the folder " + file, "a file with one token");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_TOKEN_BYTES + 1);
      if (bytes.length > MOST_TOKEN_BYTES) {
        throw usage(
            file + " has more than " + MOST_TOKEN_BYTES + " bytes", "a file with one token");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private void tell(Throwable fault) {
    notes().fault(Fault.of(fault));
  }

  private void print(ModelServer server, ServeOptions options) throws IOException {
    server.notes().forEach(notes()::note);
    if (options.token().isEmpty() && !InetAddress.getByName(host).isLoopbackAddress()) {
      notes()
          .note("anybody may ask who reaches " + host + ": set " + TOKEN + ", or --api-key-file");
    }
    if (common().json()) {
      out()
          .line(
              JsonLine.of(
                  json -> {
                    json.writeStringField("address", server.address().toString());
                    json.writeArrayFieldStart("models");
                    for (String name : server.models()) {
                      json.writeString(name);
                    }
                    json.writeEndArray();
                  }));
      return;
    }
    out()
        .line(
            server.address()
                + " answers with "
                + String.join(", ", server.models())
                + " until Ctrl-C");
  }
}
