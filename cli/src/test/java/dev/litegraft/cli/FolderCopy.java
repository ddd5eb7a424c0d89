package dev.litegraft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies of recorded folders, which tests may change. */
final class FolderCopy {
  /** What the original's layers answer; no command reads it. */
  private static final String STATES = "hidden_states.safetensors";

  private FolderCopy() {}

  /**
   * Copies a folder, and the folders in it.
   *
   * @param from may be within an archive
   * @param to is made
   * @return {@code to}
   */
  static Path of(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else if (!path.endsWith(STATES)) {
          Files.copy(path, copy);
        }
      }
    }
    return to;
  }
}
