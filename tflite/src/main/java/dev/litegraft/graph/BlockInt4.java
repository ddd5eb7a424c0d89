package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * int4 within ±7 with a scale for every {@code size} numbers of a row; the scales are a tensor of
 * their own, {@link BlockScales}. Two numbers to a byte, the first in the low half.
 *
 * @param size numbers of a block; even
 */
public record BlockInt4(int size) implements Storage, RowEncoder {
  public BlockInt4 {
    if (size < 2 || size % 2 != 0) {
      throw new IllegalArgumentException("blocks of " + size);
    }
  }

  /** A constant of these numbers, whose scales are a constant too. */
  public static Value constant(String name, TensorData data, int size, String scalesName) {
    return constant(name, data, size, scalesName, new BlockInt4(size));
  }

  /**
   * The same with whole numbers that are chosen.
   *
   * @param storage blocks of this size, and what chooses
   */
  public static Value constant(
      String name, TensorData data, int size, String scalesName, Storage storage) {
    Value scales = Value.constant(scalesName, new BlockScales(data, size), PlainStorage.F16);
    return Value.constant(name, data, storage, new Quantization.Blocks(scales, size));
  }

  @Override
  public DType dtype() {
    return DType.I4;
  }

  @Override
  public long rowBytes(int rowLength) {
    return SymmetricInt4.nibbles(rowLength);
  }

  @Override
  public int scaleCount(Shape shape) {
    return 0;
  }

  @Override
  public RowEncoder prepare(TensorData numbers) {
    return this;
  }

  @Override
  public void encode(
      long firstRow, float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales) {
    for (int begin = 0; begin < rows * rowLength; begin += size) {
      float scale = BlockScales.scale(numbers, begin, size);
      Symmetric.nibbles(numbers, begin, size, scale, SymmetricInt4.LARGEST, out);
    }
  }
}
