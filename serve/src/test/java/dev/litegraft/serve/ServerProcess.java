package dev.litegraft.serve;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A server in a process of its own, which can be killed. */
record ServerProcess(Process process, int port) implements AutoCloseable {
  /** Serves a file, whose clients have so many seconds to send a request. */
  static ServerProcess of(Path file, int requestSeconds) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServerProcess.class.getName(),
                file.toString(),
                Integer.toString(requestSeconds))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    return new ServerProcess(process, Integer.parseInt(out.readLine()));
  }

  /** The process. */
  public static void main(String... args) throws IOException, InterruptedException {
    ServeOptions options =
        ServeOptions.defaults()
            .withPort(0)
            .withTimes(Duration.ofSeconds(Integer.parseInt(args[1])), Duration.ofSeconds(20));
    ModelServer server =
        ModelServer.start(List.of(Path.of(args[0])), options, Throwable::printStackTrace);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    System.out.println(server.address().getPort());
    new CountDownLatch(1).await();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
