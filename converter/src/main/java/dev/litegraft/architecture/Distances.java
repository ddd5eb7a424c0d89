package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RowTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * DeBERTa's embeddings of the distances between tokens, and what they add to the scores.
 *
 * @param relative who looks at distances, and through which projections
 * @param entries the rows of the distances: −t … t, [b, 2t + 1]; or of all tokens from the one
 *     whose scores are wanted, [b, t]
 * @param ofOne whether the scores of one query are wanted
 * @param ofKeys the rows, for queries that look at keys
 * @param ofQueries the rows, for keys that look at queries
 */
record Distances<T>(
    RelativePositions relative,
    T entries,
    boolean ofOne,
    Embedding ofKeys,
    Embedding ofQueries,
    Optional<LayerNorm> norm) {
  /**
   * Between all tokens.
   *
   * @param w the module {@code encoder}
   * @param ids [b, t]
   */
  static <T> Distances<T> of(
      Layers<T> f, BertStack.Sizes s, RelativePositions relative, Weights w, T ids) {
    Embedding table = Embedding.read(w.at("rel_embeddings"), relative.rows(), s.d());
    RelativePositions.Shared shared = relative.shared();
    return new Distances<>(
        relative,
        entries(f, relative, f.relativePositions(ids)),
        false,
        table.rows(shared.ofKeys()),
        table.rows(shared.ofQueries()),
        relative.normed()
            ? Optional.of(LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon()))
            : Optional.empty());
  }

  /**
   * From one token, a one-hot [b, 1, t], to all. A key looks against this direction, at the row
   * that the query has for it.
   */
  Distances<T> from(Layers<T> f, T ids, T one) {
    T ahead = f.positionsFrom(f.positions(ids), one);
    return new Distances<>(relative, entries(f, relative, ahead), true, ofKeys, ofKeys, norm);
  }

  private static <T> T entries(Layers<T> f, RelativePositions relative, T ahead) {
    return f.lookUp(f.affine(ahead, 1, relative.reach()), relative.shared().entries());
  }

  /**
   * What is added to the scores of content with content, not yet scaled: [b, h, q, t].
   *
   * @param w the module {@code attention.self}
   * @param queries its projection of content to queries, {@code keys} to keys
   */
  T scores(Layers<T> f, BertStack.Sizes s, Weights w, T query, T key, Linear queries, Linear keys) {
    boolean shared = relative.sharesProjections();
    List<RowTable> tables = new ArrayList<>();
    if (relative.contentToPosition()) {
      Linear to = shared ? keys : Linear.read(w.at("pos_key_proj"), s.d(), s.d());
      tables.add(new RowTable(ofKeys, norm, Optional.of(to)));
    }
    if (relative.positionToContent()) {
      Linear to = shared ? queries : Linear.read(w.at("pos_query_proj"), s.d(), s.d());
      tables.add(new RowTable(ofQueries, norm, Optional.of(to)));
    }
    T rows = f.headRows(entries, tables, s.h()); // [b, tables · h, .., e]
    Optional<T> looking = Optional.of(query).filter(q -> relative.contentToPosition());
    Optional<T> lookedAt = Optional.of(key).filter(k -> relative.positionToContent());
    return ofOne
        ? f.relativeScoresOfOne(looking, lookedAt, rows)
        : f.relativeScores(looking, lookedAt, rows);
  }
}
