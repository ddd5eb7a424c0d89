package dev.litegraft.graph;

import java.io.IOException;

/**
 * Chooses the whole numbers of a matrix, where each is not simply the nearest one. Equal roundings
 * choose equally for equal numbers; they have no state, as a {@link Storage} has none.
 */
public interface Rounding {
  /**
   * What rounds the rows. Called once a constant, before the first of them.
   *
   * @throws IOException if what it needs cannot be read
   */
  Rounder prepare() throws IOException;

  /** Rounds rows; safe to use from several threads at once. */
  interface Rounder {
    /**
     * The magnitude that the largest whole number of a row stands for, where a row has one scale.
     *
     * @param numbers the row stands at {@code begin}
     * @param largest the largest whole number
     */
    float bound(float[] numbers, int begin, int count, int largest);

    /**
     * Rounds a row.
     *
     * @param numbers the row stands at {@code begin}; it is left as it is
     * @param scales of each number, from index 0
     * @param largest the largest whole number
     * @param out receives a whole number each, from index 0
     */
    void round(float[] numbers, int begin, int count, float[] scales, int largest, byte[] out);
  }
}
