package dev.litegraft.layer;

import dev.litegraft.tensor.TensorData;
import java.util.List;
import java.util.Optional;

/**
 * The few layers that models are made of. A family writes its forward pass once against this; what
 * a {@code T} is decides what the pass means: a value of the edge graph, or an array that is
 * computed at once.
 *
 * <p>Numbers are f32 but for {@link Inputs#ids} and {@link Inputs#tokenTypes}. Letters of shapes: b
 * batch, t tokens, d model width, h query heads, k key/value heads, e head width, v vocabulary; q
 * is t, or 1 where one token was {@link #pick picked}.
 *
 * @param <T> a value
 */
public interface Layers<T> {
  /** Rows of a table: index [b, t] (ids, or positions as whole f32 numbers) to [b, t, d]. */
  T embedding(T index, Embedding table);

  /** {@code x · weightᵀ + bias}: [.., in] to [.., out]. Source: torch.nn.Linear. */
  T linear(T x, Linear weights);

  /**
   * Several projections of one value, which a layout may compute at once. Results in the order of
   * the weights.
   */
  List<T> linears(T x, List<Linear> weights);

  /** {@code x / sqrt(mean(x²) + ε) · weight} over the last axis. */
  T rmsNorm(T x, RmsNorm norm);

  /**
   * {@code (x − mean) / sqrt(variance + ε) · weight + bias} over the last axis. Source:
   * torch.nn.LayerNorm.
   */
  T layerNorm(T x, LayerNorm norm);

  /** The activation function, elementwise. */
  T activation(T x, Activation function);

  /** {@code a + b}, with broadcasting. */
  T add(T a, T b);

  /** {@code a · b} elementwise, with broadcasting. */
  T multiply(T a, T b);

  /** {@code x · factor + offset}. */
  T affine(T x, double factor, double offset);

  /** {@code x · factor}. */
  default T scale(T x, double factor) {
    return factor == 1 ? x : affine(x, factor, 0);
  }

  /** {@code cap · tanh(x / cap)}: Gemma2's soft cap. */
  default T softCap(T x, double cap) {
    return scale(activation(scale(x, 1 / cap), Activation.TANH), cap);
  }

  /** [b, t, h·e] to [b, h, t, e]. */
  T splitHeads(T x, int heads);

  /** [b, h, t, e] to [b, t, h·e]. */
  T mergeHeads(T x);

  /**
   * {@code a · b}, or {@code a · bᵀ} with {@code transposeB}, over the last two axes, with
   * broadcasting of the others.
   */
  T matMul(T a, T b, boolean transposeB);

  /** Softmax over the last axis. */
  T softmax(T x);

  /**
   * {@code softmax(masked(cap(q · kᵀ · scale))) · v}; query head i reads key/value head i / (h /
   * k).
   *
   * @param query [b, h, q, e]
   * @param key [b, k, t, e]
   * @param value [b, k, t, e]
   * @param mask [b, 1, q, t], from {@link #mask}
   * @param scale factor of the scores, usually 1/sqrt(e)
   * @param softCap cap of the scores; 0 for none
   * @return [b, h, q, e]
   */
  T attention(T query, T key, T value, T mask, double scale, double softCap);

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
   * How many tokens a text can have at most, for tables over distances.
   *
   * @param ids [b, t]
   */
  int longest(T ids);

  /** The distances −t … t: [b, 2t + 1] as whole f32 numbers. */
  T relativePositions(T ids);

  /**
   * How far each token stands ahead of the one that is picked, in the text: [b, t] as whole f32
   * numbers.
   *
   * @param positions from {@link #positions}
   * @param picked a one-hot [b, 1, t]
   */
  T positionsFrom(T positions, T picked);

  /**
   * Numbers of a short list: index [b, t] (whole f32 numbers) to [b, t].
   *
   * @param list [n], the same whatever the weights are
   */
  T lookUp(T index, TensorData list);

  /**
   * Rows of tables by head, which depend on weights alone.
   *
   * @param index [b, n] as whole f32 numbers, the same for all tables
   * @param tables of equally many rows; one or more
   * @return [b, tables · heads, n, e], those of the first table first
   */
  T headRows(T index, List<RowTable> tables, int heads);

  /**
   * What relative positions add to attention scores, before they are scaled: query i times its row
   * j − i + t, and key j times its row i − j + t. Source: DeBERTa's c2p and p2c.
   *
   * @param query [b, h, t, e]; absent if queries do not look at distances
   * @param key as {@code query}; at least one of both is present
   * @param rows [b, n · k, 2t + 1, e] of the n that are present, a row for each of {@link
   *     #relativePositions}; k is h, or 1 for rows that all heads share
   * @return [b, h, t, t]
   */
  T relativeScores(Optional<T> query, Optional<T> key, T rows);

  /**
   * {@link #relativeScores} of one query: it times its row for key j, and key j times its row.
   *
   * @param query [b, h, 1, e], or absent
   * @param key [b, h, t, e], or absent
   * @param rows [b, n · k, t, e], a row for each of {@link #positionsFrom} the query
   * @return [b, h, 1, t]
   */
  T relativeScoresOfOne(Optional<T> query, Optional<T> key, T rows);

  /** A number a token, to broadcast over its row: [b, t] to [b, t, 1]. */
  T column(T x);

  /** 1 where an id differs from {@code id}, else 0: [b, t]. */
  T differs(T ids, int id);

  /** The running sum over the tokens, each token included: [b, t]. */
  T runningSum(T x);

  /** Angles for rotary positions: cos and sin of position · frequency. */
  Rope<T> rope(T positions, RotaryEmbedding embedding);

  /**
   * Turns the first {@code 2 · width(rope)} numbers of every head by its position; the others stay.
   * x: [b, h, q, e].
   */
  T rotate(T x, Rope<T> rope);

  /**
   * Which keys a query may see, for {@link #masked} and {@link #attention}. How it says so is a
   * matter of the layers.
   *
   * @param attended 1 for tokens, 0 for padding: [b, t]
   * @param span how far a query sees
   * @return [b, 1, t, t], or [b, 1, 1, t] where all queries see the same
   */
  T mask(T attended, Span span);

  /**
   * Scores in which hidden keys have one and the same large negative number, so that a query weighs
   * them with 0, and all keys alike if it sees none.
   *
   * @param scores [b, h, q, t]
   * @param mask [b, 1, q, t] or [b, 1, 1, t], from {@link #mask}
   */
  T masked(T scores, T mask);

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

  /** The largest number of every column among the attended tokens: [b, t, d] to [b, 1, d]. */
  T maxOverTokens(T x, T attended);

  /** The values one after the other along the last axis. */
  T joined(List<T> parts);

  /** {@code x / max(‖x‖, 1e-12)} over the last axis. Source: torch.nn.functional.normalize. */
  T normalize(T x);

  /**
   * Gives a value the name of the PyTorch module that makes it, so that it can be compared with the
   * checkpoint's.
   */
  T named(T x, String path);
}
