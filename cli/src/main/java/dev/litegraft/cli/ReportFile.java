package dev.litegraft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tflite.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a report goes; whether it can be written is asked before the work. */
final class ReportFile {
  private final Path path;

  private static final String PAGE = "<!DOCTYPE html";

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
    if (Files.exists(path) && !isPage(path)) {
      throw unwritable("what stands at the report's place is no page, and would be lost", path);
    }
    if (!Files.exists(path)) {
      requireRoom(path);
    }
    return new ReportFile(path);
  }

  /** Permissions do not tell all: a name may be too long, a file system may take no files. */
  private static void requireRoom(Path path) {
    try {
      Files.delete(Files.createFile(path));
    } catch (IOException e) {
      InvalidInputException told =
          unwritable(
              "the report cannot be written: "
                  + (e instanceof FileSystemException fault && fault.getReason() != null
                      ? fault.getReason()
                      : e.getClass().getSimpleName()),
              path);
      told.initCause(e);
      throw told;
    }
  }

  /** A page that was made before, or nothing: weights and data are not written over. */
  private static boolean isPage(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      String start = new String(in.readNBytes(PAGE.length()), UTF_8);
      return start.isEmpty() || start.equalsIgnoreCase(PAGE);
    } catch (IOException e) {
      return false;
    }
  }

  private static InvalidInputException unwritable(String what, Path where) {
    return new InvalidInputException(
        what, where.toString(), "name a file in a folder that you may write to");
  }

  /** Writes all of it at once: a report that stood there is replaced whole or stays. */
  void write(String text) throws IOException {
    AtomicFile.write(path, text);
  }
}
