package dev.litegraft.layer;

/**
 * The layers that look at a text's other tokens, or at how many there are: where a row holds
 * several texts, each of these has to be told where one ends.
 *
 * @param <T> a value; shapes are in the letters of {@link Layers}
 */
public interface AcrossTokens<T> {
  /**
   * {@code softmax(masked(cap(q · kᵀ · scale) + bias)) · v}; query head i reads key/value head i /
   * (h / k).
   *
   * @param query [b, h, q, e]
   * @param key [b, k, t, e]
   * @param value [b, k, t, e]
   * @param scores what becomes of the products
   * @return [b, h, q, e]
   */
  T attention(T query, T key, T value, Scores<T> scores);

  /** Softmax over the last axis. */
  T softmax(T x);

  /**
   * Scores in which hidden keys have one and the same large negative number, so that a query weighs
   * them with 0, and all keys alike if it sees none.
   *
   * @param scores [b, h, q, t]
   * @param mask [b, 1, q, t] or [b, 1, 1, t], from {@link #mask}
   */
  T masked(T scores, T mask);

  /**
   * Which keys a query may see, for {@link #masked} and {@link #attention}. How it says so is a
   * matter of the layers.
   *
   * @param attended 1 for tokens, 0 for padding: [b, t]
   * @param span how far a query sees
   * @return [b, 1, t, t], or [b, 1, 1, t] where all queries see the same
   */
  T mask(T attended, Span span);

  /** 0, 1, 2 … for the tokens of {@code ids}: [b, t] as whole f32 numbers. */
  T positions(T ids);

  /**
   * Every token's vector is that of the one {@code by} places ahead of it in the text, 0 where the
   * text ends: [b, t, d].
   *
   * @param x [b, t, d]
   * @param positions from {@link #positions}
   * @param by not 0; negative for tokens before
   */
  T ahead(T x, T positions, int by);

  /**
   * Every token's vector is that of the one before it in the text: [b, t, d].
   *
   * @param x [b, t, d]
   * @param positions from {@link #positions}
   * @param first the first token's, [b, 1, d]
   */
  T behind(T x, T positions, T first);

  /** The running sum over the tokens, each token included: [b, t]. */
  T runningSum(T x);

  /**
   * The waves of the discrete Fourier transform over a text's tokens; 0 between two texts.
   *
   * @param positions from {@link #positions}
   */
  Waves<T> waves(T positions);

  /** Angles for rotary positions: cos and sin of position · frequency. */
  Rope<T> rope(T positions, RotaryEmbedding embedding);

  /**
   * A one-hot [b, 1, t] of the last token whose flag is not 0; of the first token if all are 0.
   * flags: [b, t].
   */
  T lastWhere(T flags);

  /** A one-hot [b, 1, t] of the first token. */
  T firstToken(T ids);

  /**
   * Weights [b, 1, t] that average the attended tokens: {@code attended / max(sum(attended),
   * 1e-9)}.
   */
  T averaging(T attended);

  /**
   * The sum of the tokens, each times its weight; a one-hot picks a token.
   *
   * @param weights [b, 1, t]
   * @param x [b, t, d] or [b, h, t, d], with the tokens before the last axis; returned as it is
   *     where it has one row for all tokens
   * @return [b, 1, d] or [b, h, 1, d]
   */
  T pick(T weights, T x);

  /**
   * What is a text's, to broadcast over its tokens.
   *
   * @param x [b, 1, w]
   * @return [b, 1, w] or [b, t, w]
   */
  T spread(T x);

  /** The largest number of every column among the attended tokens: [b, t, d] to [b, 1, d]. */
  T maxOverTokens(T x, T attended);
}
