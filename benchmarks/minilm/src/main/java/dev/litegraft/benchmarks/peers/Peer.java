package dev.litegraft.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** An engine in a process of its own. */
final class Peer implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final PeerKind kind;
  private final Process process;
  private final BufferedReader in;
  private final BufferedWriter out;
  private final String version;

  private Peer(PeerKind kind, Process process) throws IOException {
    this.kind = kind;
    this.process = process;
    this.in = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    this.out = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), UTF_8));
    this.version = line();
  }

  /**
   * Starts one, and waits until it is ready.
   *
   * @throws IOException if it cannot be; what it says is on standard error
   */
  static Peer start(PeerKind kind, Path file, int threads) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "--enable-native-access=ALL-UNNAMED",
            PeerProcess.class.getName(),
            kind.name(),
            file.toString(),
            Integer.toString(threads));
    // ONNX Runtime 1.29 tells its makers of its use, and dies of a command line beyond 4096 bytes.
    builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try {
      return new Peer(kind, process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  PeerKind kind() {
    return kind;
  }

  String version() {
    return version;
  }

  /** What it answers to a command. */
  double[] ask(String command) throws IOException {
    out.write(command);
    out.newLine();
    out.flush();
    return Arrays.stream(line().split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private String line() throws IOException {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith(PeerProcess.MARK)) {
        return line.substring(PeerProcess.MARK.length());
      }
    }
    throw new IOException(kind.word() + " ended, see above");
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
