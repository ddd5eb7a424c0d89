package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * int8 with one scale a row (output channel): {@code scale = max(|w|, 1e-4) / 127}, {@code q =
 * round(w / scale)} within ±127, halves to even. Bit for bit what the ecosystem's quantizer makes.
 */
public final class SymmetricInt8 implements Storage {
  /** The only instance: it has no settings. */
  public static final SymmetricInt8 PER_CHANNEL = new SymmetricInt8();

  private static final float SMALLEST_BOUND = 1e-4f;
  private static final int LARGEST = 127;

  /** Adding and subtracting this rounds an f32 number below 2^22 to a whole one, halves to even. */
  private static final float ROUNDING = 12582912f;

  private SymmetricInt8() {}

  @Override
  public DType dtype() {
    return DType.I8;
  }

  @Override
  public long rowBytes(int rowLength) {
    return rowLength;
  }

  @Override
  public int scaleCount(Shape shape) {
    return shape.dim(0);
  }

  @Override
  public void encode(float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales) {
    byte[] line = new byte[rowLength];
    for (int row = 0; row < rows; row++) {
      int begin = row * rowLength;
      float scale = bound(numbers, begin, rowLength) / LARGEST;
      for (int i = 0; i < rowLength; i++) {
        float rounded = (numbers[begin + i] / scale + ROUNDING) - ROUNDING;
        line[i] = (byte) Math.max(-LARGEST, Math.min(LARGEST, (int) rounded));
      }
      out.put(line);
      scales.put(scale);
    }
  }

  private static float bound(float[] numbers, int begin, int count) {
    float bound = SMALLEST_BOUND;
    for (int i = begin; i < begin + count; i++) {
      bound = Math.max(bound, Math.abs(numbers[i]));
    }
    return bound;
  }
}
