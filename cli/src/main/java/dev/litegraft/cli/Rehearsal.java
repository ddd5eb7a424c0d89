package dev.litegraft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * Runs the everyday commands once, unheard. The launcher lets Java note which classes that takes,
 * so that later starts find them ready.
 */
final class Rehearsal {
  private Rehearsal() {}

  /** Runs them; what fails here fails again, and is told, when a user asks for it. */
  public static void main(String[] args) throws IOException {
    Litegraft.logNothing();
    run("--help");
    run("classify", "--hlp");
    run("families");
    run("demo", "--reviews", "1", "--threads", "1");
    run("demo", "--reviews", "1", "--threads", "1", "--json");
    try (Workspace workspace = Workspace.of(null)) {
      String file = workspace.folder().resolve("rehearsal.tflite").toString();
      run("convert", DemoCommand.example().toString(), "-o", file);
      run("classify", file, "text");
    }
  }

  private static void run(String... args) {
    Litegraft.run(
        List.of(args),
        InputStream.nullInputStream(),
        OutputStream.nullOutputStream(),
        OutputStream.nullOutputStream(),
        Terminal.NONE);
  }
}
