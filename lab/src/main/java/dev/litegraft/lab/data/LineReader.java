package dev.litegraft.lab.data;

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

/**
 * The lines of a text in UTF-8, one at a time; a byte order mark and CR before LF are taken off,
 * and no line takes more memory than it may.
 */
public final class LineReader implements AutoCloseable {
  /** As long as a line of texts may be, in MiB. */
  public static final int USUAL_MEBIBYTES = 64;

  private static final int BUFFER = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final InputStream in;
  private final String name;
  private final int mebibytes;
  private final String tooLong;
  private final String otherCharset;
  private int number;
  private boolean endedWithCarriageReturn;

  private LineReader(
      InputStream in, String name, int mebibytes, String tooLong, String otherCharset) {
    this.in = new BufferedInputStream(in, BUFFER);
    this.name = name;
    this.mebibytes = mebibytes;
    this.tooLong = tooLong;
    this.otherCharset = otherCharset;
  }

  /**
   * The lines of a stream, which is closed with this.
   *
   * @param name of the file, for messages
   * @param mebibytes of a line, at most
   * @param tooLong what to try where one is longer
   */
  public static LineReader of(InputStream in, String name, int mebibytes, String tooLong) {
    return new LineReader(
        in, name, mebibytes, tooLong, "save the file as UTF-8, for example with iconv");
  }

  /**
   * The lines of a file that a program wrote, which is not mended by hand.
   *
   * @param remedy what to try where a line is longer, or not UTF-8
   */
  public static LineReader ofWritten(Path file, int mebibytes, String remedy) throws IOException {
    return new LineReader(Files.newInputStream(file), file.toString(), mebibytes, remedy, remedy);
  }

  /** The lines of a file of rows. */
  static LineReader ofRows(Path file) throws IOException {
    return of(
        Files.newInputStream(file),
        file.toString(),
        USUAL_MEBIBYTES,
        "give a file with one row a line; a quote that is never closed makes one row of many");
  }

  /**
   * The next line, without its end; null after the last.
   *
   * @throws InvalidInputException if it is not UTF-8, or too long to be a line
   */
  public @Nullable String next() throws IOException {
    int b = in.read();
    if (b < 0) {
      return null;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    number++;
    for (; b >= 0 && b != '\n'; b = in.read()) {
      bytes.write(b);
      if (bytes.size() > mebibytes << 20) {
        throw new InvalidInputException(
            "the line has more than " + mebibytes + " MiB", where(), tooLong);
      }
    }
    return decoded(bytes.toByteArray());
  }

  /**
   * The next line of a file of rows.
   *
   * @throws InvalidInputException also if it has a NUL character
   */
  @Nullable String nextOfRows() throws IOException {
    String line = next();
    if (line != null && line.indexOf(0) >= 0) {
      throw notUtf8("the line has a NUL character, as files in UTF-16 without a mark have");
    }
    return line;
  }

  private String decoded(byte[] bytes) {
    endedWithCarriageReturn = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
    int length = endedWithCarriageReturn ? bytes.length - 1 : bytes.length;
    try {
      String line =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString();
      boolean marked = number == 1 && !line.isEmpty() && line.charAt(0) == BYTE_ORDER_MARK;
      return marked ? line.substring(1) : line;
    } catch (CharacterCodingException e) {
      throw notUtf8("the line is not UTF-8" + utf16(bytes));
    }
  }

  private InvalidInputException notUtf8(String what) {
    return new InvalidInputException(what, where(), otherCharset);
  }

  private static String utf16(byte[] bytes) {
    boolean marked =
        bytes.length >= 2
            && ((bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE)
                || (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF));
    return marked ? ", it begins like UTF-16" : "";
  }

  /** What stood behind the line that was read last, if not the end of the file. */
  String lineEnd() {
    return endedWithCarriageReturn ? "\r\n" : "\n";
  }

  /** Whether something of the next line is there, so that reading it does not wait for long. */
  public boolean ready() throws IOException {
    return in.available() > 0;
  }

  /** The number of the line that was read last, from 1. */
  public int number() {
    return number;
  }

  /** The file and the number of the line that was read last. */
  public String where() {
    return where(number);
  }

  /** The file and the number of a line. */
  public String where(long line) {
    return name + ", line " + line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
