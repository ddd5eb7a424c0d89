package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Where a report goes; whether it can be written is asked before the work. */
final class ReportFile {
  private final Path path;

  private ReportFile(Path path) {
    this.path = path;
  }

  /**
   * At this path.
   *
   * @throws InvalidInputException if nothing can be written there
   */
  static ReportFile at(Path wanted) {
    Path path = wanted.toAbsolutePath();
    Path folder = path.getParent();
    if (folder == null || Files.isDirectory(path)) {
      throw unwritable("the report is a folder, and it must be a file", path);
    }
    if (!Files.isDirectory(folder)) {
      boolean there = Files.exists(folder);
      throw unwritable(
          "the folder of the report " + (there ? "is a file" : "does not exist"), folder);
    }
    if (!Files.isWritable(folder)) {
      throw unwritable("the report cannot be written: its folder is read-only", folder);
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw unwritable("the report is a device or pipe, and it must be a file", path);
    }
    return new ReportFile(path);
  }

  private static InvalidInputException unwritable(String what, Path where) {
    return new InvalidInputException(
        what, where.toString(), "name a file in a folder that you may write to");
  }

  /** Writes all of it at once: a report that stood there is replaced whole or stays. */
  void write(String text) throws IOException {
    try {
      Path hidden = Files.createTempFile(path.getParent(), ".litegraft-", ".html");
      try {
        Files.writeString(hidden, text, UTF_8);
        Files.move(
            hidden, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(hidden);
      }
    } catch (FileSystemException e) {
      InvalidInputException fault =
          unwritable("the report cannot be written: " + e.getMessage(), path);
      fault.initCause(e);
      throw fault;
    }
  }
}
