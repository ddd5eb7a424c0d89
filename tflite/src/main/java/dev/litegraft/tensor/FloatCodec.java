package dev.litegraft.tensor;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.ShortBuffer;

/** Stored floating-point numbers as f32, many at a time. */
public final class FloatCodec {
  /** Numbers that are copied at once: as many as stay in the processor's nearest cache. */
  private static final int SOME = 4096;

  private FloatCodec() {}

  /**
   * Reads {@code count} little-endian numbers from the buffer's position on, and moves it.
   *
   * @param dtype a floating type; f64 is rounded to nearest even, the others are widened exactly
   * @param in the stored bytes
   * @param out receives the numbers from {@code out[at]} on
   * @throws IllegalArgumentException if the type is not a floating one
   */
  public static void decode(DType dtype, ByteBuffer in, float[] out, int at, int count) {
    ByteBuffer little = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    switch (dtype) {
      case F32 -> little.asFloatBuffer().get(out, at, count);
      case BF16 -> decodeBFloat16(little.asShortBuffer(), out, at, count);
      case F16 -> decodeFloat16(little.asShortBuffer(), out, at, count);
      case F64 -> decodeFloat64(little.asDoubleBuffer(), out, at, count);
      case I64, I32, I16, I8, U8, BOOL, I4 ->
          throw new IllegalArgumentException(dtype + " is not a floating type");
    }
    in.position(Math.toIntExact(in.position() + dtype.bytes(count)));
  }

  /** Arrays, since a loop over a buffer of bytes asks for each number where it is. */
  private static void decodeBFloat16(ShortBuffer in, float[] out, int at, int count) {
    short[] some = new short[Math.min(SOME, count)];
    for (int done = 0; done < count; done += some.length) {
      int n = Math.min(some.length, count - done);
      in.get(some, 0, n);
      widen(some, out, at + done, n);
    }
  }

  private static void widen(short[] numbers, float[] out, int at, int count) {
    for (int i = 0; i < count; i++) {
      out[at + i] = BFloat16.toFloat(numbers[i]);
    }
  }

  private static void decodeFloat16(ShortBuffer in, float[] out, int at, int count) {
    short[] some = new short[Math.min(SOME, count)];
    for (int done = 0; done < count; done += some.length) {
      int n = Math.min(some.length, count - done);
      in.get(some, 0, n);
      lookUp(some, out, at + done, n);
    }
  }

  private static void lookUp(short[] numbers, float[] out, int at, int count) {
    for (int i = 0; i < count; i++) {
      out[at + i] = Halves.AS_FLOAT[numbers[i] & 0xffff];
    }
  }

  private static void decodeFloat64(DoubleBuffer in, float[] out, int at, int count) {
    for (int i = 0; i < count; i++) {
      out[at + i] = (float) in.get(i);
    }
  }

  /** Every half as f32: a look-up is four times as fast as {@link Float16#toFloat}. */
  private static final class Halves {
    static final float[] AS_FLOAT = new float[1 << Short.SIZE];

    static {
      for (int half = 0; half < AS_FLOAT.length; half++) {
        AS_FLOAT[half] = Float16.toFloat((short) half);
      }
    }
  }
}
