package dev.litegraft.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder for files: the user's, or a temporary one that is gone at the end, also by Ctrl-C. */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private final boolean temporary;

  private Workspace(Path folder, boolean temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /** The folder, made if it is not there; null for a temporary one. */
  static Workspace of(@Nullable Path wanted) throws IOException {
    if (wanted != null) {
      return new Workspace(Files.createDirectories(wanted), false);
    }
    Workspace workspace = new Workspace(Files.createTempDirectory("litegraft"), true);
    Runtime.getRuntime().addShutdownHook(new Thread(workspace::delete, "litegraft-workspace"));
    return workspace;
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    if (temporary) {
      delete();
    }
  }

  private void delete() {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      List<Path> innermostFirst = tree.sorted(Comparator.reverseOrder()).toList();
      for (Path path : innermostFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // A temporary file that stays is the system's to clean; the results are what counts.
    }
  }
}
