package dev.litegraft.web.brotli;

import java.util.Arrays;

/** Bits in the order of the format: the lowest bit of a number first. */
final class BitWriter {
  private byte[] bytes = new byte[1 << 16];
  private int size;
  private long held;
  private int heldBits;

  /**
   * Adds a number.
   *
   * @param count 0 to 32 bits
   */
  void write(long bits, int count) {
    held |= bits << heldBits;
    heldBits += count;
    while (heldBits >= Byte.SIZE) {
      if (size == bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * size);
      }
      bytes[size++] = (byte) held;
      held >>>= Byte.SIZE;
      heldBits -= Byte.SIZE;
    }
  }

  /** All that was written; the last byte is filled up with zeros. */
  byte[] bytes() {
    if (heldBits > 0) {
      write(0, Byte.SIZE - heldBits);
    }
    return Arrays.copyOf(bytes, size);
  }
}
