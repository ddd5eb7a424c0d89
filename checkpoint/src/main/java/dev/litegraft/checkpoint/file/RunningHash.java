package dev.litegraft.checkpoint.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The SHA-256 of a tensor's bytes as far as they were read in their order, by whichever thread.
 * Bytes that are read out of order are left for {@link #whole}.
 */
public final class RunningHash {
  /** Bytes that are read at once: they fit a processor's cache. */
  private static final int BLOCK_BYTES = 1 << 18;

  /** Reads bytes from a position on. */
  @FunctionalInterface
  public interface Source {
    /**
     * Fills {@code out}.
     *
     * @throws IOException if the bytes cannot be read
     */
    void read(long from, ByteBuffer out) throws IOException;
  }

  private final MessageDigest digest = newDigest();
  private long seen;
  private @Nullable String known;

  /** Of nothing yet. */
  public RunningHash() {}

  /** Takes note of bytes from {@code from} on, as far as they follow what was seen. */
  synchronized void read(long from, ByteBuffer bytes) {
    long behind = seen - from;
    if (known == null && behind >= 0 && behind < bytes.remaining()) {
      bytes.position(bytes.position() + (int) behind);
      seen += bytes.remaining();
      digest.update(bytes);
    }
  }

  /**
   * The hash of {@code size} bytes, in hexadecimal digits; those that were not seen are read.
   *
   * @throws IOException if they cannot be read
   */
  public synchronized String whole(long size, Source source) throws IOException {
    String done = known;
    if (done == null) {
      byte[] block = new byte[(int) Math.min(BLOCK_BYTES, size - seen)];
      while (seen < size) {
        int n = (int) Math.min(block.length, size - seen);
        source.read(seen, ByteBuffer.wrap(block, 0, n));
        digest.update(block, 0, n);
        seen += n;
      }
      done = HexFormat.of().formatHex(digest.digest());
      known = done;
    }
    return done;
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
