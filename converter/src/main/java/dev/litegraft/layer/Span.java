package dev.litegraft.layer;

/**
 * How far a query sees.
 *
 * @param before how many tokens before its own; {@link #ALL} for all
 * @param after how many tokens after its own; {@link #ALL} for all
 */
public record Span(int before, int after) {
  /** No limit. */
  public static final int ALL = Integer.MAX_VALUE;

  /** Every token sees every token. */
  public static final Span BIDIRECTIONAL = new Span(ALL, ALL);

  /** A token sees itself and those before it. */
  public static final Span CAUSAL = new Span(ALL, 0);

  /**
   * A token sees itself and the {@code window − 1} before it. Source: transformers' {@code
   * sliding_window}.
   */
  public static Span causalWindow(int window) {
    return new Span(window - 1, 0);
  }

  /**
   * A token sees {@code distance} tokens to each side. Source: ModernBERT's {@code local_attention
   * / 2}.
   */
  public static Span within(int distance) {
    return new Span(distance, distance);
  }
}
