package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import java.util.Optional;

/**
 * DeBERTa's embeddings of the distances −t … t − 1 between tokens, and what they add to the scores.
 *
 * @param relative which distances share an embedding, and who looks at them
 * @param ofKeys row c: of a key c − t tokens ahead of its query, [b, 2t, d]
 * @param ofQueries row c: of a query c − t tokens ahead of its key, [b, 2t, d]
 */
record Distances<T>(RelativePositions relative, T ofKeys, T ofQueries) {
  /**
   * @param w the module {@code encoder}
   * @param ids [b, t]
   */
  static <T> Distances<T> of(
      Layers<T> f, BertStack.Sizes s, RelativePositions relative, Weights w, T ids) {
    Embedding buckets = Embedding.read(w.at("rel_embeddings"), relative.rows(), s.d());
    Embedding rows = relative.byDistance(buckets);
    T ahead = f.relativePositions(ids); // [b, 2t]
    T ofKeys = f.embedding(f.affine(ahead, -1, relative.reach()), rows); // [b, 2t, d]
    T ofQueries = f.embedding(f.affine(ahead, 1, relative.reach()), rows); // [b, 2t, d]
    if (!relative.normed()) {
      return new Distances<>(relative, ofKeys, ofQueries);
    }
    LayerNorm norm = LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon());
    return new Distances<>(relative, f.layerNorm(ofKeys, norm), f.layerNorm(ofQueries, norm));
  }

  /**
   * What is added to the scores of content with content, not yet scaled: [b, h, t, t].
   *
   * @param w the module {@code attention.self}
   * @param queries its projection of content to queries, {@code keys} to keys
   */
  T scores(Layers<T> f, BertStack.Sizes s, Weights w, T query, T key, Linear queries, Linear keys) {
    boolean shared = relative.sharesProjections();
    Optional<T> positionKey = Optional.empty();
    if (relative.contentToPosition()) {
      Linear to = shared ? keys : Linear.read(w.at("pos_key_proj"), s.d(), s.d());
      positionKey = Optional.of(f.splitHeads(f.linear(ofKeys, to), s.h())); // [b, h, 2t, e]
    }
    Optional<T> positionQuery = Optional.empty();
    if (relative.positionToContent()) {
      Linear to = shared ? queries : Linear.read(w.at("pos_query_proj"), s.d(), s.d());
      positionQuery = Optional.of(f.splitHeads(f.linear(ofQueries, to), s.h())); // [b, h, 2t, e]
    }
    return f.relativeScores(query, key, positionKey, positionQuery);
  }
}
