package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * DeBERTa's relative positions: a table of embeddings, whose rows are buckets of distances that
 * grow with the logarithm of the distance.
 *
 * <p>Source: {@code make_log_bucket_position} and {@code build_relative_position} of transformers'
 * DeBERTa-v2. Buckets are computed in f32 steps, as there.
 *
 * @param span half of the table's rows
 * @param buckets how many buckets a direction has; 0 for one a distance
 * @param farthest the distance of the last bucket
 * @param normed whether the table's rows are normalised
 * @param sharesProjections whether positions go through the projections of the content
 * @param contentToPosition c2p: whether queries look at the positions of keys
 * @param positionToContent p2c: whether keys look at the positions of queries
 */
record RelativePositions(
    int span,
    int buckets,
    int farthest,
    boolean normed,
    boolean sharesProjections,
    boolean contentToPosition,
    boolean positionToContent) {
  /** More than any model has, and twice as many are still a whole number of 32 bits. */
  private static final int MOST_ROWS = 1 << 24;

  private static final String COMPARE = "compare the key with the model's original config.json";

  /** What the config says; empty for a model without relative positions. */
  static Optional<RelativePositions> of(HfConfig config) {
    List<String> kinds = kinds(config);
    if (!config.flag("relative_attention", false)) {
      return Optional.empty();
    }
    int farthest = farthest(config);
    int buckets = Math.max(config.integer("position_buckets", -1), 0);
    int span = buckets > 0 ? buckets : farthest;
    requireRows(config, span);
    RelativePositions positions =
        new RelativePositions(
            span,
            buckets,
            farthest,
            normed(config),
            config.flag("share_att_key", false),
            kinds.contains("c2p"),
            kinds.contains("p2c"));
    return kinds.isEmpty() ? Optional.empty() : Optional.of(positions); // nobody looks at them
  }

  /** As {@link #of}, of the first DeBERTa: no buckets, no norm, and projections of their own. */
  static Optional<RelativePositions> ofEachDistance(HfConfig config) {
    List<String> kinds = kinds(config);
    boolean looks = config.flag("relative_attention", false) && !kinds.isEmpty();
    if (!looks) {
      return Optional.empty();
    }
    int span = farthest(config);
    requireRows(config, span);
    return Optional.of(
        new RelativePositions(
            span, 0, span, false, false, kinds.contains("c2p"), kinds.contains("p2c")));
  }

  private static int farthest(HfConfig config) {
    int limit = config.integer("max_relative_positions", -1);
    return limit < 1 ? config.size("max_position_embeddings") : limit;
  }

  private static void requireRows(HfConfig config, int span) {
    if (span > MOST_ROWS / 2) {
      throw new InvalidCheckpointException(
          "relative positions need a table of 2 x "
              + span
              + " rows, where at most "
              + MOST_ROWS
              + " are possible",
          config.where() + ", position_buckets and max_relative_positions",
          COMPARE);
    }
  }

  /** How many products are summed in a score: their number divides its variance. */
  static int terms(HfConfig config) {
    return 1 + kinds(config).size();
  }

  /** {@code ["p2c", "c2p"]}, or {@code "p2c|c2p"} in older files. */
  private static List<String> kinds(HfConfig config) {
    List<String> kinds =
        config.value("pos_att_type") instanceof String
            ? words(config.text("pos_att_type"))
            : config.texts("pos_att_type");
    if (!List.of("c2p", "p2c").containsAll(kinds)) {
      throw new InvalidCheckpointException(
          "pos_att_type is " + kinds + ", where c2p and p2c are known",
          config.where() + ", pos_att_type",
          COMPARE);
    }
    return kinds.stream().distinct().toList();
  }

  private static boolean normed(HfConfig config) {
    List<String> norms = words(config.text("norm_rel_ebd", "none"));
    if (!List.of("none", "layer_norm").containsAll(norms)) {
      throw new InvalidCheckpointException(
          "norm_rel_ebd is " + norms + ", where none and layer_norm are known",
          config.where() + ", norm_rel_ebd",
          COMPARE);
    }
    return norms.contains("layer_norm");
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("\\|", -1))
        .map(String::trim)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** How many rows the table has. */
  int rows() {
    return 2 * span;
  }

  /**
   * Which distances share rows, whether a query or a key looks: several far ones do.
   *
   * @param entries for each distance −longest … longest from the one who looks to the other, which
   *     of the shared rows it has: [2 · longest + 1]
   * @param ofKeys the table's row behind each shared row, for a query that looks at a key
   * @param ofQueries the same for a key that looks at a query
   */
  record Shared(TensorData entries, int[] ofKeys, int[] ofQueries) {
    /** The place of distance 0. */
    int longest() {
      return entries.shape().dim(0) / 2;
    }
  }

  /**
   * The rows that distances share.
   *
   * @param longest the longest distance that there is, in tokens
   */
  Shared shared(int longest) {
    float[] entries = new float[2 * longest + 1];
    Map<List<Integer>, Integer> known = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i++) {
      int ahead = i - longest;
      entries[i] = known.computeIfAbsent(List.of(row(-ahead), row(ahead)), k -> known.size());
    }
    String name = "relative_positions.entries";
    return new Shared(
        TensorViews.of(name, Shape.of(entries.length), entries),
        known.keySet().stream().mapToInt(rows -> rows.get(0)).toArray(),
        known.keySet().stream().mapToInt(rows -> rows.get(1)).toArray());
  }

  /** The table's row for a query that stands {@code distance} tokens behind its key. */
  int row(int distance) {
    return Math.min(Math.max(bucket(distance) + span, 0), 2 * span - 1);
  }

  private int bucket(int distance) {
    int middle = buckets / 2;
    int far = Math.abs(distance);
    if (buckets == 0 || far <= middle) {
      return distance;
    }
    float ratio = (float) far / middle;
    float last = (float) ((farthest - 1.0) / middle);
    float part = (float) Math.log(ratio) / (float) Math.log(last);
    int bucket = (int) Math.ceil(part * (middle - 1)) + middle;
    return distance < 0 ? -bucket : bucket;
  }
}
