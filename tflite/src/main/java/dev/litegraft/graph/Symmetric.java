package dev.litegraft.graph;

import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Symmetric whole numbers: {@code scale = max(|w|, 1e-4) / largest}, {@code q = round(w / scale)}
 * within ±largest, halves to even. Bit for bit what the ecosystem's quantizer makes.
 */
final class Symmetric {
  private static final float SMALLEST_BOUND = 1e-4f;

  /** Adding and subtracting this rounds an f32 number below 2^22 to a whole one, halves to even. */
  private static final float ROUNDING = 12582912f;

  private static final int CHUNK = 1 << 16;

  private Symmetric() {}

  /** The largest magnitude of some numbers; 1e-4 if all are smaller. */
  static float bound(float[] numbers, int begin, int count) {
    float bound = SMALLEST_BOUND;
    for (int i = begin; i < begin + count; i++) {
      bound = Math.max(bound, Math.abs(numbers[i]));
    }
    return bound;
  }

  /** {@link #bound(float[], int, int)} of a whole tensor. */
  static float bound(TensorData data) throws IOException {
    long count = data.shape().elements();
    float[] numbers = new float[(int) Math.min(CHUNK, count)];
    float bound = SMALLEST_BOUND;
    for (long at = 0; at < count; at += numbers.length) {
      int n = (int) Math.min(numbers.length, count - at);
      data.read(at, numbers, 0, n);
      bound = Math.max(bound, bound(numbers, 0, n));
    }
    return bound;
  }

  /** The whole number that stands for {@code number}. */
  static int rounded(float number, float scale, int largest) {
    float rounded = (number / scale + ROUNDING) - ROUNDING;
    return Math.max(-largest, Math.min(largest, (int) rounded));
  }

  /**
   * Some numbers with one scale that makes none larger than 127, a byte each: what {@link #rounded}
   * makes of them, in two loops that the compiler makes vectors of.
   *
   * @param scaled room for as many numbers
   */
  static void bytes(
      float[] numbers, int begin, int count, float scale, float[] scaled, byte[] out) {
    for (int i = 0; i < count; i++) {
      scaled[i] = numbers[begin + i] / scale + ROUNDING;
    }
    for (int i = 0; i < count; i++) {
      out[i] = (byte) Float.floatToRawIntBits(scaled[i]); // the whole number is in the last bits
    }
  }

  /** Some numbers with one scale, a byte each. */
  static void bytes(float[] numbers, int begin, int count, float scale, int largest, byte[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = (byte) rounded(numbers[begin + i], scale, largest);
    }
  }

  /** An even count of numbers with one scale, two to a byte, the first in the low half. */
  static void nibbles(
      float[] numbers, int begin, int count, float scale, int largest, ByteBuffer out) {
    for (int i = begin; i < begin + count; i += 2) {
      int low = rounded(numbers[i], scale, largest);
      int high = rounded(numbers[i + 1], scale, largest);
      out.put((byte) ((high << 4) | (low & 0xf)));
    }
  }
}
