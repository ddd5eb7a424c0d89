package dev.litegraft.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A command line that was run in this process.
 *
 * @param exitCode what the command would have ended with
 * @param error the first line that it would have printed to standard error
 */
record Lines(int exitCode, String error) {
  static Lines of(List<String> args, String input) {
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    int code =
        dev.litegraft.cli.Litegraft.run(
            args,
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            OutputStream.nullOutputStream(),
            errors);
    String text = errors.toString(StandardCharsets.UTF_8);
    int at = text.indexOf("error: ");
    String line = at < 0 ? "" : text.substring(at + 7).lines().findFirst().orElse("");
    String where = text.lines().filter(l -> l.startsWith("where:")).findFirst().orElse("");
    return new Lines(code, code == 1 ? line + " | " + where : line);
  }

  static Lines of(List<String> args) {
    return of(args, "");
  }

  /** Whether it ended as it may on damaged input: an answer, or an error that says why not. */
  boolean isFine() {
    return exitCode == 0 || exitCode == 3 || exitCode == 4;
  }
}
