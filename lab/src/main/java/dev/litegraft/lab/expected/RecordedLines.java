package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.LineReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The lines of a file of recorded answers, none of which takes more memory than an answer can. */
final class RecordedLines {
  static final String AGAIN =
      "record the answers again with the script that `litegraft expect` prints";

  /** The vector of a vocabulary of a million words has 20 MB. */
  private static final int MAX_MEBIBYTES = 32;

  private RecordedLines() {}

  static LineReader open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "the path is a folder, where the file of recorded answers is needed",
          file.toString(),
          "name the file that the script of `litegraft expect` wrote");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InvalidInputException(
          "a pipe or device was given, where the file of recorded answers is needed",
          file.toString(),
          "write it to a file first");
    }
    return LineReader.ofWritten(file, MAX_MEBIBYTES, AGAIN);
  }
}
