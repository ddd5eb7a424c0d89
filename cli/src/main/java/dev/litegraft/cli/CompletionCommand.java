package dev.litegraft.cli;

import java.io.IOException;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Prints the script that teaches a shell to complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Print a script for the shell's completion.",
      "In bash or zsh: source <(litegraft completion bash)"
    })
final class CompletionCommand extends Subcommand {
  /** The script asks the shell that reads it which of the two it is. */
  enum Shell {
    bash,
    zsh
  }

  @Parameters(index = "0", paramLabel = "SHELL", description = "One of: ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  int execute() throws IOException {
    String script = AutoComplete.bash("litegraft", spec().root().commandLine());
    out()
        .line(
            common().json()
                ? JsonLine.of(
                    json -> {
                      json.writeStringField("shell", shell.name());
                      json.writeStringField("script", script);
                    })
                : script);
    return ExitCode.DONE;
  }
}
