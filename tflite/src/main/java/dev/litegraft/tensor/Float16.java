package dev.litegraft.tensor;

import java.nio.ByteBuffer;

/**
 * IEEE 754 half precision: 1 sign, 5 exponent and 10 fraction bits.
 *
 * <p>Source: IEEE 754-2019, binary16.
 */
public final class Float16 {
  /** The largest finite number, 65504. */
  public static final float MAX = 65504f;

  private static final int SIGN = 0x8000;
  private static final int INFINITY = 0x7c00;
  private static final int QUIET_NAN = 0x7e00;

  /** Fraction bits that f32 has and f16 has not. */
  private static final int SHIFT = 13;

  /** f32 bits of 65520, from which on f16 rounds to infinity. */
  private static final int OVERFLOW = 0x477ff000;

  /** f32 bits of 2⁻¹⁴, the smallest normal number of f16. */
  private static final int SMALLEST_NORMAL = 0x38800000;

  /** The difference of the exponents' biases, 127 − 15, in f32's exponent field. */
  private static final int REBIAS = 112 << 23;

  private static final float TWO_TO_112 = 0x1p112f;

  private Float16() {}

  /** The number as f32, exactly; NaN stays NaN. */
  public static float toFloat(short half) {
    int magnitude = (half & 0x7fff) << SHIFT;
    // Read as f32 the exponent is 112 too small; the product is exact for subnormal numbers too.
    int bits = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) * TWO_TO_112);
    int infiniteOrNaN = ((half & INFINITY) + 0x400) >> 15;
    return Float.intBitsToFloat(bits | (-infiniteOrNaN & 0x7f800000) | ((half & SIGN) << 16));
  }

  /** The nearest half, ties to even; 65520 and more become infinity, as with numpy and PyTorch. */
  public static short of(float number) {
    int bits = Float.floatToRawIntBits(number);
    int sign = (bits >>> 16) & SIGN;
    int magnitude = bits & 0x7fffffff;
    int half;
    if (magnitude > 0x7f800000) {
      half = QUIET_NAN | ((magnitude >>> SHIFT) & 0x3ff);
    } else if (magnitude >= OVERFLOW) {
      half = INFINITY;
    } else if (magnitude < SMALLEST_NORMAL) {
      // The last bit of 0.5 + x weighs 2⁻²⁴, as the last bit of a subnormal half does.
      half = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - 0x3f000000;
    } else {
      half = (magnitude - REBIAS + 0xfff + ((magnitude >>> SHIFT) & 1)) >>> SHIFT;
    }
    return (short) (sign | half);
  }

  /** Writes {@code count} numbers of {@code in}, from {@code at} on, in the buffer's byte order. */
  public static void encode(float[] in, int at, int count, ByteBuffer out) {
    var halves = out.asShortBuffer();
    for (int i = 0; i < count; i++) {
      halves.put(i, of(in[at + i]));
    }
    out.position(out.position() + 2 * count);
  }
}
