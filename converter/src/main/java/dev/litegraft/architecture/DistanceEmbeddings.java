package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RowTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * DeBERTa's embeddings of the distances between tokens, and what they add to the scores: of all
 * queries, or in the last layer of the one that is read.
 *
 * @param relative who looks at distances, and through which projections
 * @param shared which distances have the same rows
 * @param entries the rows of the distances −t … t, [b, 2t + 1]; of one query those of the distances
 *     from it to every token, [b, t]
 * @param ofOne whether {@code entries} are those of one query
 * @param ofKeys the rows' embeddings, for queries that look at keys
 * @param ofQueries the rows' embeddings, for keys that look at queries
 * @param norm of the embeddings
 */
record DistanceEmbeddings<T>(
    RelativePositions relative,
    RelativePositions.Shared shared,
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
  static <T> DistanceEmbeddings<T> of(
      Layers<T> f, BertStack.Sizes s, RelativePositions relative, Weights w, T ids) {
    Embedding table = Embedding.read(w.at("rel_embeddings"), relative.rows(), s.d());
    RelativePositions.Shared shared = relative.shared(f.longest(ids));
    return new DistanceEmbeddings<>(
        relative,
        shared,
        entries(f, shared, f.relativePositions(ids)),
        false,
        table.rows(shared.ofKeys()),
        table.rows(shared.ofQueries()),
        relative.normed()
            ? Optional.of(LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon()))
            : Optional.empty());
  }

  /**
   * From one query to all keys. A key that looks back has the distance with the other sign, and so
   * the row that the query has for it.
   *
   * @param one a one-hot [b, 1, t]
   */
  DistanceEmbeddings<T> from(Layers<T> f, T ids, T one) {
    T ahead = f.positionsFrom(f.positions(ids), one); // [b, t]
    return new DistanceEmbeddings<>(
        relative, shared, entries(f, shared, ahead), true, ofKeys, ofKeys, norm);
  }

  private static <T> T entries(Layers<T> f, RelativePositions.Shared shared, T ahead) {
    return f.lookUp(f.affine(ahead, 1, shared.longest()), shared.entries());
  }

  /**
   * What is added to the scores of content with content: [b, h, q, t].
   *
   * @param to its projections, those to queries scaled as the scores are
   */
  T scores(Layers<T> f, BertStack.Sizes s, T query, T key, DebertaProjections to) {
    List<RowTable> tables = new ArrayList<>();
    if (relative.contentToPosition()) {
      tables.add(new RowTable(ofKeys, norm, Optional.of(to.ofKeyPositions().get())));
    }
    if (relative.positionToContent()) {
      tables.add(new RowTable(ofQueries, norm, Optional.of(to.ofQueryPositions().get())));
    }
    T rows = f.headRows(entries, tables, s.h()); // [b, tables · h, .., e]
    Optional<T> lookingQuery = Optional.of(query).filter(q -> relative.contentToPosition());
    Optional<T> lookingKey = Optional.of(key).filter(k -> relative.positionToContent());
    return ofOne
        ? f.relativeScoresOfOne(lookingQuery, lookingKey, rows)
        : f.relativeScores(lookingQuery, lookingKey, rows);
  }
}
