package dev.litegraft.tensor;

import java.nio.FloatBuffer;

/** Finds NaN and infinities, at about the speed of memory. */
public final class Finite {
  private static final int BLOCK = 1024;

  private Finite() {}

  /**
   * The index of the first number that is NaN or infinite, or −1.
   *
   * @param numbers where to look
   * @param from index of the first number looked at
   * @param count how many are looked at
   */
  public static int firstNonFinite(float[] numbers, int from, int count) {
    int end = from + count;
    for (int begin = from; begin < end; begin += BLOCK) {
      int blockEnd = Math.min(begin + BLOCK, end);
      if (!allFinite(numbers, begin, blockEnd)) {
        for (int i = begin; i < blockEnd; i++) {
          if (!Float.isFinite(numbers[i])) {
            return i;
          }
        }
      }
    }
    return -1;
  }

  /** The index, relative to the position, of the first number that is NaN or infinite, or −1. */
  public static int firstNonFinite(FloatBuffer numbers) {
    float[] block = new float[BLOCK];
    FloatBuffer rest = numbers.duplicate();
    for (int begin = 0; rest.hasRemaining(); begin += BLOCK) {
      int n = Math.min(BLOCK, rest.remaining());
      rest.get(block, 0, n);
      int found = firstNonFinite(block, 0, n);
      if (found >= 0) {
        return begin + found;
      }
    }
    return -1;
  }

  /** x · 0 is 0 for finite numbers and NaN for the others; four sums keep the processor busy. */
  private static boolean allFinite(float[] x, int from, int end) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = from;
    for (; i < end - 3; i += 4) {
      a += x[i] * 0;
      b += x[i + 1] * 0;
      c += x[i + 2] * 0;
      d += x[i + 3] * 0;
    }
    for (; i < end; i++) {
      a += x[i] * 0;
    }
    return a + b + c + d == 0;
  }
}
