package dev.litegraft.layer;

import java.util.List;
import java.util.Optional;

/**
 * The tokens of which a layer's output is wanted, with what attention needs for them: all tokens,
 * or in the last layer only the one that the head reads.
 *
 * @param f what the layers mean
 * @param selection the one token, as weights [b, 1, t]; absent for all
 * @param mask [b, 1, q, t]
 * @param queryRope angles of the queries, for models with rotary positions
 * @param keyRope angles of all tokens
 */
public record Queries<T>(
    Layers<T> f,
    Optional<T> selection,
    T mask,
    Optional<Rope<T>> queryRope,
    Optional<Rope<T>> keyRope) {
  /** All tokens of a model without rotary positions. */
  public static <T> Queries<T> all(Layers<T> f, T mask) {
    return new Queries<>(f, Optional.empty(), mask, Optional.empty(), Optional.empty());
  }

  /** All tokens of a model with rotary positions. */
  public static <T> Queries<T> all(Layers<T> f, T mask, Rope<T> rope) {
    return new Queries<>(f, Optional.empty(), mask, Optional.of(rope), Optional.of(rope));
  }

  /** Only the selected token, where one is. */
  public Queries<T> reading(Optional<T> selected) {
    if (selected.isEmpty()) {
      return this;
    }
    T one = selected.get();
    return new Queries<>(
        f, selected, f.pick(one, mask), queryRope.map(r -> r.pick(f, one)), keyRope);
  }

  /** The rows of these tokens: [b, t, d] to [b, q, d], or [b, h, t, d] to [b, h, q, d]. */
  public T of(T x) {
    return selection.map(one -> f.pick(one, x)).orElse(x);
  }

  /**
   * Queries of these tokens, keys and values of all.
   *
   * @param x [b, t, d]
   * @return [b, q, h·e], [b, t, k·e] and [b, t, k·e]
   */
  public List<T> project(T x, Linear query, Linear key, Linear value) {
    if (selection.isEmpty()) {
      return f.linears(x, List.of(query, key, value));
    }
    List<T> keyAndValue = f.linears(x, List.of(key, value));
    return List.of(f.linear(of(x), query), keyAndValue.get(0), keyAndValue.get(1));
  }

  /**
   * Turns queries [b, h, q, e] by their positions; as they are in a model without rotary positions.
   */
  public T rotateQuery(T query) {
    return queryRope.map(r -> f.rotate(query, r)).orElse(query);
  }

  /**
   * Turns keys [b, k, t, e] by their positions; as they are in a model without rotary positions.
   */
  public T rotateKey(T key) {
    return keyRope.map(r -> f.rotate(key, r)).orElse(key);
  }

  /** Scores of these queries: masked, with this factor, neither capped nor biased. */
  public Scores<T> scores(double scale) {
    return new Scores<>(mask, scale, 0, Optional.empty());
  }

  /**
   * What these queries find among the keys: the one way from a family to {@link Layers#attention}.
   *
   * @param query [b, h, q, e]
   * @param key [b, k, t, e]
   * @param value [b, k, t, e]
   * @param scores from {@link #scores}; a bias may have a row for every token, [b, h, t, t], of
   *     which those of these queries are taken
   * @return [b, h, q, e]
   */
  public T attend(T query, T key, T value, Scores<T> scores) {
    Scores<T> ofThese =
        new Scores<>(scores.mask(), scores.scale(), scores.cap(), scores.bias().map(this::of));
    return f.attention(query, key, value, ofThese);
  }
}
