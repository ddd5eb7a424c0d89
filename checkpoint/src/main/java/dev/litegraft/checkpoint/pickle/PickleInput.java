package dev.litegraft.checkpoint.pickle;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a pickle, counted, and the memory that is made of them, bounded: a byte of a pickle
 * can ask for a hundred.
 */
final class PickleInput {
  /** Bytes of memory that one pickle may take; the largest models' take a tenth. */
  static final long MAX_MEMORY = 128L << 20;

  /** No name, key or line of a state dict or a classifier is nearly as long. */
  static final int MAX_TEXT = 1 << 20;

  private static final int MAX_LINE = 1 << 12;

  private final InputStream in;
  private final String where;
  private final long start;
  private long position;
  private long memory;

  /**
   * @param in the pickle's bytes; what reads them reads no byte more
   * @param where the file, and its part, for messages
   * @param start the byte of the file or part at which they begin
   */
  PickleInput(InputStream in, String where, long start) {
    this.in = in;
    this.where = where;
    this.start = start;
  }

  /** Bytes that were read. */
  long position() {
    return position;
  }

  /** Where the next byte stands in the file or its part. */
  long place() {
    return start + position;
  }

  int unsignedByte() throws IOException {
    int b = in.read();
    if (b < 0) {
      throw cutOff();
    }
    position++;
    return b;
  }

  /** An unsigned number, little-endian. */
  long unsigned(int bytes) throws IOException {
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (long) unsignedByte() << (Byte.SIZE * i);
    }
    return value;
  }

  /** A length of 8 bytes at most, which must not be longer than a text may be. */
  int length(int bytes) throws IOException {
    long length = unsigned(bytes);
    if (length < 0 || length > MAX_TEXT) {
      throw invalid(
          "the pickle holds a text or bytes of a length of "
              + Long.toUnsignedString(length)
              + ", where "
              + MAX_TEXT
              + " is the most");
    }
    return (int) length;
  }

  byte[] bytes(int length) throws IOException {
    charge(length + 32L);
    byte[] bytes = in.readNBytes(length);
    position += bytes.length;
    if (bytes.length < length) {
      throw cutOff();
    }
    return bytes;
  }

  /** A text in UTF-8. */
  String text(int length) throws IOException {
    return decoded(bytes(length));
  }

  /** What stands before the next line's end, in UTF-8. */
  String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = unsignedByte(); b != '\n'; b = unsignedByte()) {
      line.write(b);
      if (line.size() > MAX_LINE) {
        throw invalid("the pickle holds a line of more than " + MAX_LINE + " bytes");
      }
    }
    charge(line.size() + 32L);
    return decoded(line.toByteArray());
  }

  private String decoded(byte[] bytes) {
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      charge(2L * text.length());
      return text.toString();
    } catch (CharacterCodingException e) {
      throw invalid("the pickle holds a text that is not in UTF-8");
    }
  }

  /** Counts memory that is about to be taken. */
  void charge(long bytes) {
    memory += bytes;
    if (memory > MAX_MEMORY) {
      throw invalid(
          "the pickle asks for more than "
              + (MAX_MEMORY >> 20)
              + " MB of memory, which no file of its kind needs");
    }
  }

  private InvalidCheckpointException cutOff() {
    return invalid("the pickle is cut off");
  }

  /** The pickle is not one that a program wrote. */
  InvalidCheckpointException invalid(String what) {
    return new InvalidCheckpointException(
        what, where(), "download the file again; it is damaged, or was made by hand");
  }

  /** The file and the byte that is read next. */
  String where() {
    return where + ", byte " + place();
  }
}
