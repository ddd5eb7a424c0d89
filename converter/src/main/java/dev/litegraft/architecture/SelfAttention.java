package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Scores;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Attention with a projection each to queries, keys and values, and one of what was found.
 *
 * @param query [h·e, d]
 * @param key [k·e, d]
 * @param value [k·e, d]
 * @param output [d, h·e]
 * @param heads h
 * @param keyHeads k
 * @param scale factor of the scores
 * @param cap bound of the scores; 0 for none
 * @param norms of queries and keys, before they turn
 */
record SelfAttention(
    Linear query,
    Linear key,
    Linear value,
    Linear output,
    int heads,
    int keyHeads,
    double scale,
    double cap,
    Optional<HeadNorms> norms)
    implements Attention {
  /** Scores are scaled by 1/sqrt(e). */
  SelfAttention(Linear query, Linear key, Linear value, Linear output, int heads, int keyHeads) {
    this(
        query,
        key,
        value,
        output,
        heads,
        keyHeads,
        1 / Math.sqrt((double) query.out() / heads),
        0,
        Optional.empty());
  }

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

  /**
   * One matrix for queries, keys and values, of which each has some rows; an attention head's are
   * in one piece.
   *
   * @param fused [h·e + 2·k·e, d], or more where rows are shared
   * @param w the module that holds it, below which the parts have the names that a file gives them
   */
  static SelfAttention ofFused(
      Linear fused, Weights w, IntFunction<int[]> rowsOfPart, Linear output, int heads) {
    return new SelfAttention(
        fused.rows(w.at("query").path(), rowsOfPart.apply(0)),
        fused.rows(w.at("key").path(), rowsOfPart.apply(1)),
        fused.rows(w.at("value").path(), rowsOfPart.apply(2)),
        output,
        heads,
        heads);
  }

  /** The same with another factor of the scores. */
  SelfAttention withScale(double factor) {
    return new SelfAttention(query, key, value, output, heads, keyHeads, factor, cap, norms);
  }

  /** The same with bounded scores. */
  SelfAttention withCap(double bound) {
    return new SelfAttention(query, key, value, output, heads, keyHeads, scale, bound, norms);
  }

  /** The same with norms of queries and keys. */
  SelfAttention withNorms(HeadNorms own) {
    Optional<HeadNorms> some = Optional.of(own);
    return new SelfAttention(query, key, value, output, heads, keyHeads, scale, cap, some);
  }

  private SelfAttention with(Linear q, Linear k, Linear v, Linear out) {
    return new SelfAttention(q, k, v, out, heads, keyHeads, scale, cap, norms);
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
    return with(
        query.rows(query.name(), pairsApart(heads, headWidth(), width)),
        key.rows(key.name(), pairsApart(keyHeads, headWidth(), width)),
        value,
        output);
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
    return with(
        query, key, value.rows(value.name(), pairsApart(keyHeads, headWidth(), width)), turned);
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

  @Override
  public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
    List<T> qkv = queries.project(x, query, key, value);
    if (norms.isPresent()) {
      T q = norms.get().ofQueries(f, qkv.get(0), heads); // [b, h, q, e]
      T k = norms.get().ofKeys(f, qkv.get(1), keyHeads); // [b, k, t, e]
      return attend(f, q, k, f.splitHeads(qkv.get(2), keyHeads), queries);
    }
    T q = queries.rotateQuery(f.splitHeads(qkv.get(0), heads)); // [b, h, q, e]
    T k = queries.rotateKey(f.splitHeads(qkv.get(1), keyHeads)); // [b, k, t, e]
    T v = f.splitHeads(qkv.get(2), keyHeads); // [b, k, t, e]
    return found(f, queries.attend(q, k, v, scores(queries)));
  }

  /** As {@link #apply}, with a bias that is added to the scores. */
  <T> T apply(Layers<T> f, T x, Queries<T> queries, Scores<T> scores) {
    List<T> qkv = queries.project(x, query, key, value);
    T q = f.splitHeads(qkv.get(0), heads); // [b, h, q, e]
    T k = f.splitHeads(qkv.get(1), keyHeads); // [b, k, t, e]
    return attend(f, q, k, f.splitHeads(qkv.get(2), keyHeads), queries, scores);
  }

  /** The scores of these queries, before a bias is added. */
  <T> Scores<T> scores(Queries<T> queries) {
    return queries.scores(scale).withCap(cap);
  }

  /**
   * Turns queries and keys, and attends: [b, q, d].
   *
   * @param q [b, h, q, e]
   * @param k [b, k, t, e]
   * @param v [b, k, t, e]
   */
  <T> T attend(Layers<T> f, T q, T k, T v, Queries<T> queries) {
    return attend(f, q, k, v, queries, scores(queries));
  }

  private <T> T attend(Layers<T> f, T q, T k, T v, Queries<T> queries, Scores<T> scores) {
    return found(
        f, queries.attend(queries.rotateQuery(q), queries.rotateKey(k), v, scores)); // [b, q, d]
  }

  private <T> T found(Layers<T> f, T mixed) {
    return f.linear(f.mergeHeads(mixed), output);
  }
}
