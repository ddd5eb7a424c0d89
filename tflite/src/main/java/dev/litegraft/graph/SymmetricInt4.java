package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * int4 with one scale a row (output channel), within ±7: {@code scale = max(|w|, 1e-4) / 7}, {@code
 * q = round(w / scale)}, halves to even. Two numbers to a byte, the first in the low half; rows
 * have an even length.
 */
public final class SymmetricInt4 implements Storage, RowEncoder {
  /** The only instance: it has no settings. */
  public static final SymmetricInt4 PER_CHANNEL = new SymmetricInt4();

  static final int LARGEST = 7;

  private SymmetricInt4() {}

  @Override
  public DType dtype() {
    return DType.I4;
  }

  @Override
  public long rowBytes(int rowLength) {
    return nibbles(rowLength);
  }

  /** Bytes of a row; a row that ended in the middle of a byte would be no row of its own. */
  static long nibbles(int rowLength) {
    if (rowLength % 2 != 0) {
      throw new IllegalArgumentException("rows of " + rowLength + " numbers of 4 bits");
    }
    return rowLength / 2;
  }

  @Override
  public int scaleCount(Shape shape) {
    return shape.dim(0);
  }

  @Override
  public RowEncoder prepare(TensorData numbers) {
    return this;
  }

  @Override
  public void encode(
      long firstRow, float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales) {
    for (int row = 0; row < rows; row++) {
      int begin = row * rowLength;
      float scale = Symmetric.bound(numbers, begin, rowLength) / LARGEST;
      Symmetric.nibbles(numbers, begin, rowLength, scale, LARGEST, out);
      scales.put(scale);
    }
  }
}
