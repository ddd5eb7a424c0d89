package dev.litegraft.runtime;

import dev.litegraft.error.InvalidFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * A file's bytes in memory that nobody else writes to: what is verified is the very copy that is
 * run, whatever happens to the file.
 *
 * <p>While the native library is still being loaded, which takes as long as reading and verifying a
 * small file, the memory is Java's; it is given back when the garbage collector sees to it.
 */
final class FileCopy implements AutoCloseable {
  private static final int PIECE = 1 << 24;

  private final long length;

  /** Java's own memory; null where it is {@link #pointer}'s. */
  private final @Nullable ByteBuffer direct;

  private @Nullable BytePointer pointer;

  private FileCopy(long length) {
    this.length = length;
    boolean early = !LiteRt.isLoaded() && length <= LiteRtModel.COPIED;
    this.direct = early ? direct((int) length) : null;
    if (direct == null) {
      LiteRt.load();
      // JavaCPP gives no memory for nothing.
      this.pointer = new BytePointer(Math.max(1L, length)).limit(length);
    }
  }

  private static @Nullable ByteBuffer direct(int length) {
    LiteRt.begin();
    try {
      return ByteBuffer.allocateDirect(Math.max(1, length)).limit(length);
    } catch (OutOfMemoryError e) {
      return null; // -XX:MaxDirectMemorySize bounds Java's own alone.
    }
  }

  /** A copy of what stands between a buffer's position and its limit. */
  static FileCopy of(ByteBuffer bytes) {
    ByteBuffer source = bytes.slice();
    FileCopy copy = new FileCopy(source.remaining());
    copy.piece(0, source.remaining()).put(source);
    return copy;
  }

  /** A copy of a file. */
  static FileCopy read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(channel, channel.size(), file.toString());
    }
  }

  /**
   * A copy of a file that is open.
   *
   * @throws InvalidFileException if it is shorter than {@code length}
   */
  static FileCopy read(FileChannel channel, long length, String where) throws IOException {
    FileCopy copy = new FileCopy(length);
    try {
      long at = 0;
      while (at < length) {
        int n = channel.read(copy.piece(at, Math.min(length, at + PIECE)), at);
        if (n < 0) {
          throw LiteRtModel.shorter(at, length, where);
        }
        at += n;
      }
      return copy;
    } catch (Throwable e) {
      copy.close();
      throw e;
    }
  }

  private ByteBuffer piece(long begin, long end) {
    if (direct != null) {
      return direct.duplicate().limit((int) end).position((int) begin);
    }
    if (begin == end) {
      return ByteBuffer.allocate(0); // JavaCPP makes no buffer of nothing.
    }
    return new BytePointer(pointer).position(begin).limit(end).asByteBuffer();
  }

  /** All of it, which must be less than 2 GiB. */
  ByteBuffer buffer() {
    return piece(0, length).slice();
  }

  long length() {
    return length;
  }

  /** Where native code finds it; valid until this is closed. */
  BytePointer pointer() {
    if (pointer == null) {
      LiteRt.load();
      pointer = new BytePointer(direct).limit(length);
    }
    return pointer;
  }

  @Override
  public void close() {
    if (pointer != null) {
      pointer.close();
    }
  }
}
