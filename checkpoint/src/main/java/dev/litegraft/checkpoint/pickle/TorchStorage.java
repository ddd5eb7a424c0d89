package dev.litegraft.checkpoint.pickle;

import dev.litegraft.checkpoint.file.FileBytes;
import dev.litegraft.error.InvalidCheckpointException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * The bytes that tensors of a file are views of; several may be of the same. They are checked when
 * the first of them is read, where the file says what their sum is.
 */
final class TorchStorage {
  /** No sum is known: the legacy layout has none, and zip entries may be saved without. */
  static final long NO_SUM = 0;

  private static final int BLOCK_BYTES = 1 << 18;

  private final FileBytes file;
  private final String name;
  private final long begin;
  private final long length;
  private final long crc32;
  private boolean checked;

  TorchStorage(FileBytes file, String name, long begin, long length, long crc32) {
    this.file = file;
    this.name = name;
    this.begin = begin;
    this.length = length;
    this.crc32 = crc32;
    this.checked = crc32 == NO_SUM;
  }

  FileBytes file() {
    return file;
  }

  /** The byte of the file at which it begins. */
  long begin() {
    return begin;
  }

  /** How many bytes it has. */
  long length() {
    return length;
  }

  /**
   * Reads all bytes once, before the first of them counts.
   *
   * @throws InvalidCheckpointException if they are not those that were saved
   */
  synchronized void requireWhole() throws IOException {
    if (checked) {
      return;
    }
    CRC32 sum = new CRC32();
    ByteBuffer block = ByteBuffer.allocateDirect((int) Math.min(BLOCK_BYTES, length));
    for (long at = 0; at < length; at += block.capacity()) {
      block.clear().limit((int) Math.min(block.capacity(), length - at));
      if (!file.fill(block, begin + at)) {
        throw damaged("the file ended while " + name + " was read");
      }
      sum.update(block.flip());
    }
    if (sum.getValue() != crc32) {
      throw damaged(
          "the bytes of "
              + name
              + " have the sum "
              + Long.toHexString(sum.getValue())
              + ", but were saved with "
              + Long.toHexString(crc32));
    }
    checked = true;
  }

  private InvalidCheckpointException damaged(String what) {
    return new InvalidCheckpointException(
        what, file.path() + ", byte " + begin, "download the file again; it is damaged");
  }
}
