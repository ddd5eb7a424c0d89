package dev.litegraft.tensor;

/** Brain floating point: the upper 16 bits of f32. */
public final class BFloat16 {
  private BFloat16() {}

  /** The number as f32, exactly. */
  public static float toFloat(short number) {
    return Float.intBitsToFloat(number << 16);
  }

  /** The nearest number, ties to even; NaN stays NaN. */
  public static short of(float number) {
    int bits = Float.floatToRawIntBits(number);
    if (Float.isNaN(number)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
