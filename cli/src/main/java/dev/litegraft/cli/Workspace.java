package dev.litegraft.cli;

import dev.litegraft.tflite.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A folder for files: the user's, or a temporary one that is gone at the end, also by Ctrl-C. */
final class Workspace implements AutoCloseable {
  private final Path folder;
  private final Optional<TemporaryFolder> temporary;

  private Workspace(Path folder, Optional<TemporaryFolder> temporary) {
    this.folder = folder;
    this.temporary = temporary;
  }

  /** The folder, made if it is not there; null for a temporary one. */
  static Workspace of(@Nullable Path wanted) throws IOException {
    if (wanted != null) {
      return new Workspace(Files.createDirectories(wanted), Optional.empty());
    }
    TemporaryFolder temporary = TemporaryFolder.of("workspace");
    return new Workspace(temporary.path(), Optional.of(temporary));
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    temporary.ifPresent(TemporaryFolder::close);
  }
}
