package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.litegraft.hub.ModelFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
  private static final String ARGUMENTS = "folder, path = sys.argv[1:3]";

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR",
      description =
          "A checkpoint folder, or its name on the Hub, that the script then asks without being told"
              + " MODEL_DIR: python expect.py texts.txt > answers.jsonl.")
  private @Nullable String given;

  @Mixin private HubOptions hub;

  @Override
  int execute() throws IOException {
    for (String line : asked().stripTrailing().split("\n", -1)) {
      out().line(line);
    }
    return ExitCode.DONE;
  }

  private String asked() throws IOException {
    if (given == null) {
      return script();
    }
    Optional<ModelFiles> model = hub.look(given, this);
    String folder =
        model.isPresent()
            ? snapshot(model.get())
            : text(Path.of(given).toAbsolutePath().normalize().toString());
    return script()
        .replace("expect.py MODEL_DIR texts.txt", "expect.py texts.txt")
        .replace("MODEL_DIR is a folder", "it asks a folder")
        .replace(ARGUMENTS, "folder, path = " + folder + ", sys.argv[1]");
  }

  /** The same commit and files, which Python finds in the cache or downloads into it. */
  private static String snapshot(ModelFiles files) {
    String names = files.names().stream().map(ExpectCommand::text).collect(joining(", "));
    String whole =
        "__import__(\"huggingface_hub\").snapshot_download("
            + text(files.name().id())
            + ", revision="
            + text(files.commit())
            + ", allow_patterns=["
            + names
            + "])";
    return files.subfolder().isEmpty()
        ? whole
        : "os.path.join(" + whole + ", " + text(files.subfolder()) + ")";
  }

  /** A string of Python's; JSON writes the same, but for what JSON has no need to escape. */
  private static String text(String value) {
    StringBuilder text = new StringBuilder("\"");
    value
        .codePoints()
        .forEach(
            c -> {
              if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                text.append(String.format(Locale.ROOT, "\\U%08x", c));
              } else {
                text.appendCodePoint(c);
              }
            });
    return text.append('"').toString();
  }

  /** The script, as it stands among the program's resources. */
  static String script() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ExpectCommand.class.getResourceAsStream(SCRIPT), SCRIPT)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
