package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import java.util.Optional;

/** Scores of content with relative positions. Source: DeBERTa's c2p and p2c. */
final class DistanceScores {
  private DistanceScores() {}

  /** ids: [b, t] to [b, 2t + 1]. */
  static Array distances(Array ids) {
    int tokens = ids.dim(1);
    int count = 2 * tokens + 1;
    float[] out = new float[ids.dim(0) * count];
    for (int i = 0; i < out.length; i++) {
      out[i] = i % count - tokens;
    }
    return Array.of(Shape.of(ids.dim(0), count), out);
  }

  /**
   * query, key: [b, h, t, e]; rows: [b, n · k, 2r + 1, e] for the n that are present, a row for
   * each distance −r … r; to [b, h, t, t], with 0 where a distance has no row.
   */
  static Array scores(Optional<Array> query, Optional<Array> key, Array rows, Workers workers) {
    Array any = query.or(() -> key).orElseThrow();
    int tokens = any.dim(2);
    int perPart = query.isPresent() && key.isPresent() ? rows.dim(1) / 2 : rows.dim(1);
    float[] out = new float[Math.toIntExact(any.shape().with(-1, tokens).elements())];
    query.ifPresent(
        q -> addByDistance(MatMul.apply(q, heads(rows, 0, perPart), true, workers), out, false));
    key.ifPresent(
        k -> {
          Array own = heads(rows, rows.dim(1) - perPart, perPart);
          addByDistance(MatMul.apply(k, own, true, workers), out, true);
        });
    return Array.of(any.shape().with(-1, tokens), out);
  }

  /**
   * Of one query: [b, h, 1, e] with its row for each key, and each key [b, h, t, e] with its row;
   * rows: [b, n · k, t, e]; to [b, h, 1, t].
   */
  static Array scoresOfOne(
      Optional<Array> query, Optional<Array> key, Array rows, Workers workers) {
    int perPart = query.isPresent() && key.isPresent() ? rows.dim(1) / 2 : rows.dim(1);
    Optional<Array> ofQuery =
        query.map(q -> MatMul.apply(q, heads(rows, 0, perPart), true, workers));
    Optional<Array> ofKeys = key.map(k -> products(k, heads(rows, rows.dim(1) - perPart, perPart)));
    return ofQuery
        .map(a -> ofKeys.map(b -> Elementwise.combine(a, b, Float::sum)).orElse(a))
        .or(() -> ofKeys)
        .orElseThrow();
  }

  /** Each key [b, h, t, e] with its own row [b, h or 1, t, e]: [b, h, 1, t]. */
  private static Array products(Array key, Array rows) {
    Array each = Elementwise.combine(key, rows, (a, b) -> a * b);
    int width = each.dim(3);
    float[] out = new float[each.numbers().length / width];
    for (int i = 0; i < out.length; i++) {
      double sum = 0;
      for (int j = 0; j < width; j++) {
        sum += each.numbers()[i * width + j];
      }
      out[i] = (float) sum;
    }
    return Array.of(Shape.of(key.dim(0), key.dim(1), 1, key.dim(2)), out);
  }

  /** Some heads: of [b, n, c, e] a [b, count, c, e]. */
  private static Array heads(Array x, int from, int count) {
    int size = x.dim(2) * x.dim(3);
    float[] out = new float[x.dim(0) * count * size];
    for (int i = 0; i < x.dim(0); i++) {
      System.arraycopy(
          x.numbers(), (i * x.dim(1) + from) * size, out, i * count * size, count * size);
    }
    return Array.of(x.shape().with(1, count), out);
  }

  /**
   * Adds to score (i, j) what token i has at distance j − i; with {@code turned} what token j has
   * at distance i − j.
   *
   * @param byDistance [b, h, t, 2r + 1]
   * @param scores [b, h, t, t]
   */
  private static void addByDistance(Array byDistance, float[] scores, boolean turned) {
    int tokens = byDistance.dim(2);
    int count = byDistance.dim(3);
    int reach = count / 2;
    for (int i = 0; i < scores.length; i++) {
      int row = i / tokens % tokens;
      int column = i % tokens;
      int head = i / (tokens * tokens);
      int of = turned ? column : row;
      int distance = (turned ? row : column) - of;
      if (Math.abs(distance) <= reach) {
        scores[i] += byDistance.numbers()[(head * tokens + of) * count + distance + reach];
      }
    }
  }
}
