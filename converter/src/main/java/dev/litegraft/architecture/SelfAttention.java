package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Scores;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Attention with a projection each to queries, keys and values, and one of what was found: the
 * scores are scaled by 1/sqrt(e).
 *
 * @param query [h·e, d]
 * @param key [k·e, d]
 * @param value [k·e, d]
 * @param output [d, h·e]
 * @param heads h
 * @param keyHeads k
 */
record SelfAttention(
    Linear query, Linear key, Linear value, Linear output, int heads, int keyHeads) {
  /**
   * {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code o_proj}.
   *
   * @param d the model's width
   * @param e the width of a head
   */
  static SelfAttention read(
      Weights w, int d, int heads, int keyHeads, int e, boolean bias, boolean outputBias) {
    return new SelfAttention(
        Linear.read(w.at("q_proj"), d, heads * e, bias),
        Linear.read(w.at("k_proj"), d, keyHeads * e, bias),
        Linear.read(w.at("v_proj"), d, keyHeads * e, bias),
        Linear.read(w.at("o_proj"), heads * e, d, outputBias),
        heads,
        keyHeads);
  }

  /** The width of a head, e. */
  int headWidth() {
    return query.out() / heads;
  }

  /**
   * The same for a model that turns neighbouring numbers of a head as a pair, where {@link
   * Layers#rotate} turns number i with number i + width/2: queries and keys are put into that
   * order, which changes no product of the two.
   *
   * @param width how many numbers of a head turn
   */
  SelfAttention turningNeighbours(int width) {
    return new SelfAttention(
        query.rows(query.name(), pairsApart(heads, headWidth(), width)),
        key.rows(key.name(), pairsApart(keyHeads, headWidth(), width)),
        value,
        output,
        heads,
        keyHeads);
  }

  /**
   * The same where values turn too: what is found is put back into its order as it is projected.
   *
   * @param width how many numbers of a head turn
   */
  SelfAttention turningNeighboursOfValues(int width) {
    Linear turned =
        new Linear(
            output.name(),
            TensorViews.transposed(
                TensorViews.rows(
                    TensorViews.transposed(output.weight()),
                    pairsApart(heads, headWidth(), width))),
            output.bias());
    return new SelfAttention(
        query,
        key,
        value.rows(value.name(), pairsApart(keyHeads, headWidth(), width)),
        turned,
        heads,
        keyHeads);
  }

  /** Of each head first the even ones of the numbers that turn, then the odd ones. */
  private static int[] pairsApart(int heads, int e, int width) {
    int[] order = new int[heads * e];
    for (int i = 0; i < order.length; i++) {
      int within = i % e;
      int half = width / 2;
      int from = within >= width ? within : within < half ? 2 * within : 2 * (within - half) + 1;
      order[i] = i - within + from;
    }
    return order;
  }

  /** x: [b, t, d] to [b, q, d]. */
  <T> T apply(Layers<T> f, T x, Queries<T> queries) {
    return apply(f, x, queries, q -> q, k -> k);
  }

  /**
   * As {@link #apply(Layers, Object, Queries)}, with norms of the heads before they turn.
   *
   * @param ofQueries [b, h, q, e] to the same
   * @param ofKeys [b, k, t, e] to the same
   */
  <T> T apply(
      Layers<T> f, T x, Queries<T> queries, UnaryOperator<T> ofQueries, UnaryOperator<T> ofKeys) {
    List<T> qkv = queries.project(x, query, key, value);
    T q = ofQueries.apply(f.splitHeads(qkv.get(0), heads)); // [b, h, q, e]
    T k = ofKeys.apply(f.splitHeads(qkv.get(1), keyHeads)); // [b, k, t, e]
    return attend(f, q, k, f.splitHeads(qkv.get(2), keyHeads), queries);
  }

  /**
   * Turns queries and keys, and attends: [b, q, d].
   *
   * @param q [b, h, q, e]
   * @param k [b, k, t, e]
   * @param v [b, k, t, e]
   */
  <T> T attend(Layers<T> f, T q, T k, T v, Queries<T> queries) {
    return attend(f, q, k, v, queries, queries.scores(1 / Math.sqrt(headWidth())));
  }

  /** As above, with other scores. */
  <T> T attend(Layers<T> f, T q, T k, T v, Queries<T> queries, Scores<T> scores) {
    T mixed = queries.attend(queries.rotateQuery(q), queries.rotateKey(k), v, scores);
    return f.linear(f.mergeHeads(mixed), output);
  }
}
