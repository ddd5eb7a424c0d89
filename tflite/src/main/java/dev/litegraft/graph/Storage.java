package dev.litegraft.graph;

import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * How the numbers of a constant become bytes, a block of rows at a time. A row is one index of
 * dimension 0: a vector of n has n rows of one number, a scalar one.
 *
 * <p>Implementations have no state and are safe to use from several threads at once.
 */
public interface Storage {
  /** The dtype of the tensor in the file. */
  DType dtype();

  /** Bytes of a row of {@code rowLength} numbers; rows are not padded. */
  long rowBytes(int rowLength);

  /**
   * Scales that a tensor of this shape needs: none for plain numbers, one a row for per-channel
   * weights.
   */
  int scaleCount(Shape shape);

  /**
   * Encodes whole rows.
   *
   * @param numbers the numbers, row-major, from index 0
   * @param rows how many rows
   * @param rowLength numbers in a row
   * @param out receives {@code rows * rowBytes(rowLength)} bytes, little-endian
   * @param scales receives {@code scaleCount / rows} scales for each row
   */
  void encode(float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales);
}
