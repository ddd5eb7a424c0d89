package dev.litegraft.cli;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.hub.ModelFiles;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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

  /**
   * Shows a checkpoint.
   *
   * @param snapshot where it will be, if this shows it without its weights
   */
  private void show(Path folder, Optional<Path> snapshot) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(folder)) {
      CheckpointView view = new CheckpointView(checkpoint, snapshot);
      if (common().json()) {
        out().line(JsonLine.of(view::write));
      } else {
        view.print(out());
      }
    }
  }

  @Override
  int execute() throws IOException {
    Optional<ModelFiles> looked = hub.look(given, this);
    if (looked.isPresent()
        && HubOptions.shown(looked.get(), (preview, there) -> show(preview, Optional.of(there)))) {
      notes().note("no weights were downloaded: what only they say is not shown");
      return ExitCode.DONE;
    }
    Path path = HubOptions.found(given, looked, this, InspectCommand::requireOpens).path();
    if (Files.isDirectory(path)) {
      show(path, Optional.empty());
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
