package dev.litegraft.graph;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Encodes the numbers of one constant, a block of rows at a time. A row is one index of dimension
 * 0: a vector of n has n rows of one number, a scalar one. Safe to use from several threads at
 * once.
 */
public interface RowEncoder {
  /**
   * Encodes whole rows.
   *
   * @param firstRow index of the first of them in the constant
   * @param numbers the numbers, row-major, from index 0
   * @param rows how many rows
   * @param rowLength numbers in a row
   * @param out receives {@code rows * rowBytes(rowLength)} bytes, little-endian
   * @param scales receives a scale a row, or the one that all rows have; nothing where the storage
   *     has none
   */
  void encode(
      long firstRow, float[] numbers, int rows, int rowLength, ByteBuffer out, FloatBuffer scales);
}
