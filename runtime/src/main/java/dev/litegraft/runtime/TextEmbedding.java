package dev.litegraft.runtime;

import dev.litegraft.error.InvalidRequestException;
import java.util.Arrays;

/**
 * A text as a vector.
 *
 * @param vector the numbers, [d]; belongs to the caller, and is compared by identity
 * @param tokens how many tokens the model read, special tokens included
 * @param truncated whether the text was longer than the model takes
 * @param cut how many of its tokens were left out, as far as it was read: a long text is not read
 *     to its end
 * @param milliseconds tokenizing and running, without waiting for other calls to begin
 */
public record TextEmbedding(
    float[] vector, int tokens, boolean truncated, int cut, double milliseconds) {
  /** How similar this text is to another: {@link Cosine#similarity}. */
  public double similarity(TextEmbedding other) {
    return Cosine.similarity(vector, other.vector);
  }

  /**
   * The first numbers of the vector, for models that were trained so that these alone say what the
   * text is about (matryoshka). As in sentence-transformers, they are not made to length 1 again.
   *
   * @param dimensions how many, from 1 to the vector's
   * @throws InvalidRequestException if there are not so many
   */
  public TextEmbedding leading(int dimensions) {
    if (dimensions < 1 || dimensions > vector.length) {
      throw new InvalidRequestException(
          dimensions + " dimensions are asked for, and the vector has " + vector.length,
          "the embedding",
          "ask for 1 to " + vector.length);
    }
    return new TextEmbedding(
        Arrays.copyOf(vector, dimensions), tokens, truncated, cut, milliseconds);
  }

  /** The same with a vector of length 1; one of zeros, which has no direction, stays as it is. */
  public TextEmbedding normalized() {
    double norm = Cosine.norm(vector);
    float[] unit = vector.clone();
    for (int i = 0; i < unit.length && norm > 0; i++) {
      unit[i] = (float) (vector[i] / norm);
    }
    return new TextEmbedding(unit, tokens, truncated, cut, milliseconds);
  }

  /**
   * The vector, made to length 1, in whole numbers from −127 to 127: {@code round(127 · x)}, halves
   * to the even number. A vector of zeros stays one.
   *
   * @return [d]
   */
  public byte[] int8() {
    double norm = Cosine.norm(vector);
    byte[] whole = new byte[vector.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (byte) (norm == 0 ? 0 : Math.rint(127 * (vector[i] / norm)));
    }
    return whole;
  }

  /**
   * A bit a number, 1 where it is above 0: eight to a byte, the first in the highest bit; what is
   * left of the last byte is 0. Source: {@code numpy.packbits}.
   *
   * @return [(d + 7) / 8]
   */
  public byte[] bits() {
    byte[] bits = new byte[(vector.length + 7) / 8];
    for (int i = 0; i < vector.length; i++) {
      if (vector[i] > 0) {
        bits[i / 8] |= (byte) (0x80 >> (i % 8));
      }
    }
    return bits;
  }
}
