package dev.litegraft.cli;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Shows what is in a checkpoint folder or a .tflite file. */
@Command(
    name = "inspect",
    description = "Show what is in a checkpoint folder or a .tflite file of any origin.")
final class InspectCommand extends Subcommand {
  @Parameters(
      paramLabel = "PATH",
      description = "A checkpoint folder, its name on the Hub, or a .tflite file.")
  private String given;

  @Mixin private HubOptions hub;

  /** Nothing of a file is run here, so there is nothing to trust; scripts give all the same. */
  @Mixin
  @SuppressWarnings("UnusedVariable")
  private FileOptions opening;

  /** Of what cannot be converted is shown why. */
  private static void requireOpens(Path preview) throws IOException {
    Architectures.open(preview).close();
  }

  @Override
  int execute() throws IOException {
    Path path = hub.find(given, this, InspectCommand::requireOpens).path();
    if (Files.isDirectory(path)) {
      try (Checkpoint checkpoint = Architectures.open(path)) {
        CheckpointView view = new CheckpointView(checkpoint);
        if (common().json()) {
          out().line(JsonLine.of(view::write));
        } else {
          view.print(out());
        }
      }
    } else {
      try (TfliteReader reader = TfliteReader.open(path)) {
        TfliteView view = new TfliteView(path, reader);
        if (common().json()) {
          out().line(JsonLine.of(view::write));
        } else {
          view.print(out());
        }
      }
    }
    return ExitCode.DONE;
  }
}
