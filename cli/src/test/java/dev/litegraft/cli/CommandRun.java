package dev.litegraft.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A run of the command line, and what came of it.
 *
 * @param exitCode the exit code
 * @param out standard output
 * @param err standard error
 */
record CommandRun(int exitCode, String out, String err) {
  /** The example checkpoint; tests run in the folder of their module. */
  static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");

  static CommandRun of(String... args) {
    return withInput("", args);
  }

  static CommandRun withInput(String input, String... args) {
    return run(input, Terminal.NONE, args);
  }

  static CommandRun onTerminal(String... args) {
    return run("", new Terminal(true, true, true), args);
  }

  /** A run of somebody whose environment says where the Hub is. */
  static CommandRun with(Map<String, String> environment, Terminal terminal, String... args) {
    return run("", terminal, environment, args);
  }

  private static CommandRun run(String input, Terminal terminal, String... args) {
    return run(input, terminal, System.getenv(), args);
  }

  static CommandRun run(
      String input, Terminal terminal, Map<String, String> environment, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        Litegraft.run(
            List.of(args),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            terminal,
            environment);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
