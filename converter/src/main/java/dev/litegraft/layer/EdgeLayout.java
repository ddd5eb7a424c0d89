package dev.litegraft.layer;

import dev.litegraft.tensor.Shape;

/**
 * The choices that a conversion leaves open to the graph.
 *
 * @param tokens the number of tokens of a static graph, or {@link Shape#TOKENS} for a dynamic one
 * @param maxLength the longest text, for tables over positions
 * @param qkv how projections of one value are computed
 * @param texts how many texts of one length the graph takes at once, b
 */
public record EdgeLayout(int tokens, int maxLength, Qkv qkv, int texts) {
  /** For one text at a time. */
  public EdgeLayout(int tokens, int maxLength, Qkv qkv) {
    this(tokens, maxLength, qkv, 1);
  }

  /** How query, key and value projections are computed. */
  public enum Qkv {
    /** One product each: the fastest. */
    SPLIT,
    /** One product for all, and slices of it. */
    FUSED
  }

  /** Whether the number of tokens is known only when the graph runs. */
  public boolean isDynamic() {
    return tokens == Shape.TOKENS;
  }
}
