package dev.litegraft.runtime;

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
}
