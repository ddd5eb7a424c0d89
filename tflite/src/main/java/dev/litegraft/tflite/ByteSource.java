package dev.litegraft.tflite;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The bytes of a file, on disk or in memory. Safe for several threads, until it is closed. */
interface ByteSource extends AutoCloseable {
  /** How many there are. */
  long size() throws IOException;

  /**
   * Puts bytes from a position on into {@code out}, as many as it takes, or fewer.
   *
   * @return how many; -1 if there are none
   */
  int read(ByteBuffer out, long position) throws IOException;

  @Override
  void close() throws IOException;

  /** Those of a file, which is closed with it. */
  static ByteSource of(FileChannel channel) {
    return new ByteSource() {
      @Override
      public long size() throws IOException {
        return channel.size();
      }

      @Override
      public int read(ByteBuffer out, long position) throws IOException {
        return channel.read(out, position);
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  /** Some of another one's, which is not closed with them. */
  static ByteSource part(ByteSource whole, long begin, long bytes) {
    return new ByteSource() {
      @Override
      public long size() {
        return bytes;
      }

      @Override
      public int read(ByteBuffer out, long position) throws IOException {
        long left = bytes - position;
        if (left <= 0) {
          return -1;
        }
        int limit = out.limit();
        out.limit((int) Math.min(limit, out.position() + left));
        try {
          return whole.read(out, begin + position);
        } finally {
          out.limit(limit);
        }
      }

      @Override
      public void close() {
        // It is the whole one that is open.
      }
    };
  }

  /** Those between a buffer's position and its limit, which are not copied. */
  static ByteSource of(ByteBuffer buffer) {
    ByteBuffer bytes = buffer.slice();
    return new ByteSource() {
      @Override
      public long size() {
        return bytes.limit();
      }

      @Override
      public int read(ByteBuffer out, long position) {
        int count = (int) Math.min(out.remaining(), bytes.limit() - position);
        if (count <= 0) {
          return -1;
        }
        out.put(bytes.slice((int) position, count));
        return count;
      }

      @Override
      public void close() {
        // Memory is its owner's.
      }
    };
  }
}
