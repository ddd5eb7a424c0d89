package dev.litegraft.cli;

import dev.litegraft.web.PageServer;
import dev.litegraft.web.WebPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a page that runs a file in a browser. */
@Command(
    name = "web",
    description = {
      "Write a page that runs a .tflite file in a browser: made with convert --for web.",
      "It needs LiteRT.js, which npm installs and nothing downloads unasked."
    })
final class WebCommand extends Subcommand {
  private static final String PORT = "8080";
  private static final int MOST_PORT = 65_535;

  @Parameters(index = "0", paramLabel = "FILE", description = "A .tflite file.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "DIR",
      required = true,
      description = "The folder to write: a new or empty one, or an older page.")
  private Path output;

  @Option(
      names = "--runtime",
      paramLabel = "DIR",
      description = "Where npm installed @litertjs/core 2.5.3; default: node_modules here.")
  private Path runtime = Path.of("node_modules");

  @Option(
      names = "--serve",
      paramLabel = "PORT",
      arity = "0..1",
      fallbackValue = PORT,
      description = "Then serve the page to this machine until Ctrl-C; default port: " + PORT + ".")
  private @Nullable Integer port;

  @Mixin private FileOptions opening;

  @Override
  int execute() throws IOException {
    if (port != null && (port < 0 || port > MOST_PORT)) {
      throw usage("--serve is " + port, "a port from 0 to " + MOST_PORT);
    }
    if (port == null) {
      print(write(), null);
      return ExitCode.DONE;
    }
    try (PageServer server = PageServer.bind(port)) {
      WebPage page = write();
      server.serve(page);
      print(page, server.address().toString());
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.DONE;
  }

  private WebPage write() throws IOException {
    return WebPage.write(file, output, runtime, opening.runtime(common()));
  }

  private void print(WebPage page, @Nullable String address) throws IOException {
    long bytes = page.sizes().values().stream().mapToLong(Long::longValue).sum();
    if (common().json()) {
      out()
          .line(
              JsonLine.of(
                  json -> {
                    json.writeStringField("folder", page.folder().toString());
                    json.writeNumberField("files", page.sizes().size());
                    json.writeNumberField("bytes", bytes);
                    if (address != null) {
                      json.writeStringField("address", address);
                    }
                  }));
      return;
    }
    out()
        .line(
            page.folder()
                + ": "
                + Units.of(page.sizes().size(), "file")
                + ", "
                + Units.bytes(bytes));
    if (address != null) {
      out().line(address + " until Ctrl-C; " + address + "?check compares its answers");
    } else if (!common().quiet()) {
      notes().note("any web server can serve it; here: litegraft web … --serve");
    }
  }
}
