package dev.litegraft.checkpoint.file;

import dev.litegraft.error.InvalidCheckpointException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The bytes of an open file, read at positions by any thread.
 *
 * <p>Read by positional reads and not by a memory map: a file that another process truncates is
 * then an error, and not the death of the JVM.
 */
public final class FileBytes implements AutoCloseable {
  /** The letters "version ", with which the text of a Git LFS pointer begins. */
  private static final long GIT_LFS_POINTER = 0x206e6f6973726576L;

  private final Path path;
  private final FileChannel channel;
  private final long size;

  private FileBytes(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it cannot be read
   */
  public static FileBytes open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return new FileBytes(path, channel);
    } catch (Throwable t) {
      channel.close();
      throw t;
    }
  }

  /** The file. */
  public Path path() {
    return path;
  }

  /** Bytes of the file when it was opened. */
  public long size() {
    return size;
  }

  /** Fills the buffer from {@code position} on; false if the file ends before. */
  public boolean fill(ByteBuffer out, long position) throws IOException {
    long at = position;
    while (out.hasRemaining()) {
      int n = channel.read(out, at);
      if (n < 0) {
        return false;
      }
      at += n;
    }
    return true;
  }

  /** The bytes of a part of the file, buffered. */
  public InputStream stream(long from, long end) {
    InputStream part =
        new InputStream() {
          private long position = from;

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] b, int off, int len) throws IOException {
            int n = (int) Math.min(len, end - position);
            if (n <= 0) {
              return len == 0 ? 0 : -1;
            }
            int got = channel.read(ByteBuffer.wrap(b, off, n), position);
            position += Math.max(got, 0);
            return got;
          }
        };
    return new BufferedInputStream(part, 1 << 16);
  }

  /**
   * Refuses the text that stands in a clone in the place of a large file.
   *
   * @throws InvalidCheckpointException if the file is such a text
   */
  public void requireNoPointer() throws IOException {
    ByteBuffer start = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (size >= start.capacity() && fill(start, 0) && start.getLong(0) == GIT_LFS_POINTER) {
      throw new InvalidCheckpointException(
          "the file is a Git LFS pointer of " + size + " bytes, where the weights are needed",
          path.toString(),
          "clone the checkpoint again with `git lfs install` done before, or download the file itself");
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
