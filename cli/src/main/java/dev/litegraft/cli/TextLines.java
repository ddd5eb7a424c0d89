package dev.litegraft.cli;

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

/** The lines of a UTF-8 file or of standard input, one at a time. */
final class TextLines implements AutoCloseable {
  /** The path that stands for standard input. */
  static final String STANDARD_INPUT = "-";

  private static final int MAX_BYTES = 64 << 20;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream in;
  private final String name;
  private int number;

  private TextLines(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /** The lines of a file; of {@code stdin} where the path is {@code -}. */
  static TextLines open(String path, InputStream stdin) throws IOException {
    if (path.equals(STANDARD_INPUT)) {
      return new TextLines(new BufferedInputStream(stdin), "standard input");
    }
    Path file = Path.of(path);
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "the path is a folder, where a file of lines is needed", path, "name a file");
    }
    return new TextLines(new BufferedInputStream(Files.newInputStream(file)), path);
  }

  /**
   * The next line, without its end; null after the last.
   *
   * @throws InvalidInputException if it is not UTF-8, or too long to be a line
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
            "the line has more than " + Units.bytes(MAX_BYTES),
            where(),
            "give a text file with one text a line");
      }
    }
    return decoded(bytes.toByteArray());
  }

  private String decoded(byte[] bytes) {
    int length =
        bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
    try {
      String line =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      boolean marked = number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK;
      return marked ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(
          "the line is not UTF-8", where(), "save the file as UTF-8, for example with iconv");
    }
  }

  /** Whether something of the next line is there, so that reading it does not wait for long. */
  boolean ready() throws IOException {
    return in.available() > 0;
  }

  /** The number of the line that was read last, from 1. */
  int number() {
    return number;
  }

  /** The file and the number of the line that was read last. */
  String where() {
    return where(number);
  }

  private String where(long line) {
    return name + ", line " + line;
  }

  /** A fault of this line. */
  InvalidInputException fault(InvalidInputException e) {
    return fault(e, number);
  }

  /** A fault of a line that was read before. */
  InvalidInputException fault(InvalidInputException e, long line) {
    InvalidInputException here =
        new InvalidInputException(e.what(), where(line) + " (" + e.where() + ")", e.remedy());
    here.initCause(e);
    return here;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
