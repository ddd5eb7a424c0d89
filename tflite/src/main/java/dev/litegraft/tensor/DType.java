package dev.litegraft.tensor;

/**
 * The type of a tensor's numbers. Floating types are little-endian IEEE 754, as in safetensors and
 * TFLite.
 */
public enum DType {
  F64(64),
  F32(32),
  F16(16),
  BF16(16),
  I64(64),
  I32(32),
  I16(16),
  I8(8),
  U8(8),
  BOOL(8),
  /** Two numbers to a byte, low nibble first. */
  I4(4);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /** Bits of one number. */
  public int bits() {
    return bits;
  }

  /** Bytes that {@code count} numbers take, rounded up to a whole byte. */
  public long bytes(long count) {
    return Math.floorDiv(Math.addExact(Math.multiplyExact(count, (long) bits), 7L), 8L);
  }

  /** Whether this is a floating type, whose numbers can be read as f32. */
  public boolean isFloat() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }
}
