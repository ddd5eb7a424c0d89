package dev.litegraft.layer;

import java.util.Optional;

/**
 * What becomes of the products of queries and keys before softmax: {@code masked(cap(q · kᵀ ·
 * scale) + bias)}.
 *
 * @param mask [b, 1, q, t] or [b, 1, 1, t], from {@link AcrossTokens#mask}
 * @param scale factor of the products, usually 1/sqrt(e)
 * @param cap bound of the scaled products, {@code cap · tanh(x / cap)}; 0 for none
 * @param bias is added to the scores: [b, h, q, t], each of the first three may be 1. Source: T5's
 *     and MPNet's relative bias, ALiBi
 */
public record Scores<T>(T mask, double scale, double cap, Optional<T> bias) {
  /** The same with this cap; 0 for none. */
  public Scores<T> withCap(double bound) {
    return new Scores<>(mask, scale, bound, bias);
  }

  /** The same with this added to the scores. */
  public Scores<T> withBias(T added) {
    return new Scores<>(mask, scale, cap, Optional.of(added));
  }

  /** The same products times {@code factor} more. */
  public Scores<T> times(double factor) {
    return new Scores<>(mask, scale * factor, cap, bias);
  }
}
