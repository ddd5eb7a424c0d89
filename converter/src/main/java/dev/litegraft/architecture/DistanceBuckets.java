package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;

/**
 * T5's buckets of distances: near ones have one each, farther ones share those of a logarithmic
 * scale, and all beyond the farthest have the last.
 *
 * <p>Source: {@code _relative_position_bucket} of transformers' T5Attention, {@code
 * relative_position_bucket} of MPNetEncoder. Computed in f32 steps, as there.
 *
 * @param buckets how many there are: rows of the table
 * @param farthest the distance from which on all share the last bucket
 * @param bothWays whether half of them are for keys behind the query; else those share bucket 0
 */
record DistanceBuckets(int buckets, int farthest, boolean bothWays) {
  /** Buckets for both directions, whose numbers make sense. */
  static DistanceBuckets of(HfConfig config, int buckets, int farthest) {
    if (buckets < 4 || farthest <= buckets / 4) {
      throw new InvalidCheckpointException(
          "positions have "
              + buckets
              + " buckets up to a distance of "
              + farthest
              + ", where at least 4 are needed, and a distance beyond the near ones'",
          config.where() + ", relative_attention_num_buckets",
          "compare the key with the model's original config.json");
    }
    return new DistanceBuckets(buckets, farthest, true);
  }

  /** The same for a decoder, in which no query sees a key behind it. */
  DistanceBuckets causal() {
    return new DistanceBuckets(buckets, farthest, false);
  }

  /** The bucket of a key that stands {@code distance} places behind the query. */
  int of(int distance) {
    int each = bothWays ? buckets / 2 : buckets;
    int away = bothWays ? Math.abs(distance) : Math.max(-distance, 0);
    int first = bothWays && distance > 0 ? each : 0;
    return first + Math.min(away(away, each), each - 1);
  }

  private int away(int away, int each) {
    int exact = each / 2;
    if (away < exact) {
      return away;
    }
    float logarithm = (float) Math.log((float) away / exact);
    float share = logarithm / (float) Math.log((double) farthest / exact);
    return exact + (int) (share * (each - exact));
  }
}
