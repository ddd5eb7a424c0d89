package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import java.util.Optional;

/** Scores of content with relative positions. Source: DeBERTa's c2p and p2c. */
final class RelativePositions {
  private RelativePositions() {}

  /** ids: [b, t] to [b, 2t]. */
  static Array distances(Array ids) {
    int tokens = ids.dim(1);
    float[] out = new float[2 * ids.numbers().length];
    for (int i = 0; i < out.length; i++) {
      out[i] = i % (2 * tokens) - tokens;
    }
    return Array.of(Shape.of(ids.dim(0), 2 * tokens), out);
  }

  /**
   * query, key: [b, h, t, e]; positions: [b, h, 2r, e], a row for each distance −r … r − 1; to [b,
   * h, t, t], with 0 where a distance has no row.
   */
  static Array scores(
      Array query,
      Array key,
      Optional<Array> positionKey,
      Optional<Array> positionQuery,
      Workers workers) {
    int tokens = query.dim(2);
    float[] out = new float[Math.toIntExact(query.shape().with(-1, tokens).elements())];
    positionKey.ifPresent(p -> addByDistance(MatMul.apply(query, p, true, workers), out, false));
    positionQuery.ifPresent(p -> addByDistance(MatMul.apply(key, p, true, workers), out, true));
    return Array.of(query.shape().with(-1, tokens), out);
  }

  /**
   * Adds to score (i, j) what token i has at distance j − i; with {@code turned} what token j has
   * at distance i − j.
   *
   * @param byDistance [b, h, t, 2r]
   * @param scores [b, h, t, t]
   */
  private static void addByDistance(Array byDistance, float[] scores, boolean turned) {
    int tokens = byDistance.dim(2);
    int reach = byDistance.dim(3) / 2;
    for (int i = 0; i < scores.length; i++) {
      int row = i / tokens % tokens;
      int column = i % tokens;
      int head = i / (tokens * tokens);
      int of = turned ? column : row;
      int distance = (turned ? row : column) - of;
      if (-reach <= distance && distance < reach) {
        scores[i] += byDistance.numbers()[(head * tokens + of) * 2 * reach + distance + reach];
      }
    }
  }
}
