package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import picocli.CommandLine.Command;

/** {@code litegraft expect}: the script that records what the original answers. */
@Command(
    name = "expect",
    description = {
      "Print a Python script that records what the original model answers.",
      "Run it where the model was trained: python expect.py MODEL_DIR texts.txt > answers.jsonl; then"
          + " give answers.jsonl to convert, verify or diagnose with --expected."
    })
final class ExpectCommand extends Subcommand {
  private static final String SCRIPT = "expect.py";

  @Override
  int execute() throws IOException {
    for (String line : script().stripTrailing().split("\n", -1)) {
      out().line(line);
    }
    return ExitCode.DONE;
  }

  /** The script, as it stands among the program's resources. */
  static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ExpectCommand.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
