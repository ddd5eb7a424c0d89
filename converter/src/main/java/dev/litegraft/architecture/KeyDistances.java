package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RowTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * BERT's relative positions in the place of absolute ones: each layer has an embedding for every
 * distance between a query and a key, the same for all heads, and a score gains its product with
 * the query, or with both.
 *
 * <p>Source: BertSelfAttention of transformers; Shaw et al., arXiv:1803.02155, and Huang et al.,
 * arXiv:2009.13658.
 *
 * @param reach the longest text, in tokens
 * @param withKeys whether keys look at distances too: {@code relative_key_query}
 * @param scaled whether what distances add is divided with the scores
 */
record KeyDistances(int reach, boolean withKeys, boolean scaled) {
  /** What the config says; empty for a model with absolute positions. */
  static Optional<KeyDistances> of(HfConfig config) {
    String type = config.text("position_embedding_type", "absolute");
    int reach = config.size("max_position_embeddings");
    return switch (type) {
      case "absolute" -> Optional.empty();
      case "relative_key" -> Optional.of(new KeyDistances(reach, false, true));
      case "relative_key_query" -> Optional.of(new KeyDistances(reach, true, true));
      default ->
          throw new InvalidCheckpointException(
              "position_embedding_type is \""
                  + type
                  + "\", where absolute, relative_key and relative_key_query are known",
              config.where() + ", position_embedding_type",
              "compare the key with the model's original config.json");
    };
  }

  /** The same, added to scores that were divided before: ALBERT's. */
  KeyDistances unscaled() {
    return new KeyDistances(reach, withKeys, false);
  }

  /**
   * Attention with distances, without its output projection: [b, t, d].
   *
   * @param w the module of the projections and the table
   * @param x [b, t, d]
   * @param ids [b, t]
   * @param mask [b, 1, 1, t]
   */
  <T> T attention(Layers<T> f, BertStack.Sizes s, Weights w, T x, T ids, T mask) {
    List<T> qkv =
        f.linears(
            x,
            List.of(
                Linear.read(w.at("query"), s.d(), s.d()),
                Linear.read(w.at("key"), s.d(), s.d()),
                Linear.read(w.at("value"), s.d(), s.d())));
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, t, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    int longest = f.longest(ids);
    T entries = f.affine(f.relativePositions(ids), 1, longest); // [b, 2t + 1]
    T rows = f.headRows(entries, tables(s, w, longest), 1); // [b, 1 or 2, 2t + 1, e]
    Optional<T> lookingKey = Optional.of(key).filter(k -> withKeys);
    T near = f.relativeScores(Optional.of(query), lookingKey, rows); // [b, h, t, t]
    T content = f.matMul(query, key, true); // [b, h, t, t]
    double scale = 1 / Math.sqrt(s.e());
    T scores = scaled ? f.scale(f.add(content, near), scale) : f.add(f.scale(content, scale), near);
    return f.mergeHeads(f.matMul(f.softmax(f.masked(scores, mask)), value, false));
  }

  /** For queries, and for keys where they look too. */
  private List<RowTable> tables(BertStack.Sizes s, Weights w, int longest) {
    Embedding table = Embedding.read(w.at("distance_embedding"), 2 * reach - 1, s.e());
    RowTable ofQueries = byDistance(table, longest, -1);
    return withKeys ? List.of(ofQueries, byDistance(table, longest, 1)) : List.of(ofQueries);
  }

  /** A row for each distance −longest … longest; the two ends may be of no text. */
  private RowTable byDistance(Embedding table, int longest, int direction) {
    int[] order = new int[2 * longest + 1];
    Arrays.setAll(
        order, i -> Math.min(Math.max(direction * (i - longest) + reach - 1, 0), 2 * reach - 2));
    return new RowTable(table.rows(order), Optional.empty(), Optional.empty());
  }
}
