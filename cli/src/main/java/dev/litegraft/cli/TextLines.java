package dev.litegraft.cli;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a UTF-8 file or of standard input, one at a time. */
final class TextLines implements AutoCloseable {
  /** The path that stands for standard input. */
  static final String STANDARD_INPUT = "-";

  private final LineReader lines;

  private TextLines(InputStream in, String name) {
    this.lines =
        LineReader.of(
            in, name, LineReader.USUAL_MEBIBYTES, "give a text file with one text a line");
  }

  /** The lines of a file; of {@code stdin} where the path is {@code -}. */
  static TextLines open(String path, InputStream stdin) throws IOException {
    if (path.equals(STANDARD_INPUT)) {
      return new TextLines(stdin, "standard input");
    }
    Path file = Path.of(path);
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "the path is a folder, where a file of lines is needed", path, "name a file");
    }
    return new TextLines(Files.newInputStream(file), path);
  }

  /**
   * The next line, without its end; null after the last.
   *
   * @throws InvalidInputException if it is not UTF-8, or too long to be a line
   */
  @Nullable String next() throws IOException {
    return lines.next();
  }

  /** Whether something of the next line is there, so that reading it does not wait for long. */
  boolean ready() throws IOException {
    return lines.ready();
  }

  /** The number of the line that was read last, from 1. */
  int number() {
    return lines.number();
  }

  /** The file and the number of the line that was read last. */
  String where() {
    return lines.where();
  }

  /** A fault of this line. */
  InvalidInputException fault(InvalidInputException e) {
    return fault(e, number());
  }

  /** A fault of a line that was read before. */
  InvalidInputException fault(InvalidInputException e, long line) {
    InvalidInputException here =
        new InvalidInputException(e.what(), lines.where(line) + " (" + e.where() + ")", e.remedy());
    here.initCause(e);
    return here;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
