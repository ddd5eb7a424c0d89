package dev.litegraft.lab.expected;

import dev.litegraft.error.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file of recorded answers, none of which takes more memory than an answer can. */
final class RecordedLines implements AutoCloseable {
  static final String AGAIN =
      "record the answers again with the script that `litegraft expect` prints";

  /** The vector of a vocabulary of a million words has 20 MB. */
  private static final int MAX_BYTES = 32 << 20;

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream in;
  private final Path file;
  private int number;

  private RecordedLines(InputStream in, Path file) {
    this.in = in;
    this.file = file;
  }

  static RecordedLines open(Path file) throws IOException {
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
    return new RecordedLines(new BufferedInputStream(Files.newInputStream(file)), file);
  }

  /**
   * The next line, without its end; null after the last.
   *
   * @throws InvalidInputException if it is not UTF-8, or longer than an answer can be
   */
  @Nullable String next() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int b = in.read();
    if (b < 0) {
      return null;
    }
    number++;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      bytes.write(b);
      if (bytes.size() > MAX_BYTES) {
        throw new InvalidInputException(
            "the line has more than "
                + MAX_BYTES
                + " bytes, where a text and its answer have fewer",
            where(),
            AGAIN);
      }
    }
    try {
      String line =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes.toByteArray()))
              .toString();
      boolean marked = number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK;
      return marked ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      InvalidInputException fault =
          new InvalidInputException("the line is not UTF-8", where(), AGAIN);
      fault.initCause(e);
      throw fault;
    }
  }

  /** The number of the line that was read last, from 1. */
  int number() {
    return number;
  }

  /** The file and the line that was read last. */
  String where() {
    return file + ", line " + number;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
