package dev.litegraft.layer;

import java.util.List;
import java.util.Optional;

/**
 * The layers that look at how far two tokens stand apart.
 *
 * @param <T> a value; shapes are in the letters of {@link Layers}
 */
public interface Distances<T> {
  /**
   * How many tokens a text can have at most, for tables over distances.
   *
   * @param ids [b, t]
   */
  int longest(T ids);

  /** The distances −t … t: [b, 2t + 1] as whole f32 numbers. */
  T relativePositions(T ids);

  /**
   * How far each token stands ahead of the one that is picked, in the text: [b, t] as whole f32
   * numbers.
   *
   * @param positions from {@link AcrossTokens#positions}
   * @param picked a one-hot [b, 1, t]
   */
  T positionsFrom(T positions, T picked);

  /**
   * Rows of tables by head, which depend on weights alone.
   *
   * @param index [b, n] as whole f32 numbers, the same for all tables
   * @param tables of equally many rows; one or more
   * @return [b, tables · heads, n, e], those of the first table first
   */
  T headRows(T index, List<RowTable> tables, int heads);

  /**
   * What relative positions add to attention scores, before they are scaled: query i times its row
   * j − i + t, and key j times its row i − j + t. Source: DeBERTa's c2p and p2c.
   *
   * @param query [b, h, t, e]; absent if queries do not look at distances
   * @param key as {@code query}; at least one of both is present
   * @param rows [b, n · k, 2t + 1, e] of the n that are present, a row for each of {@link
   *     #relativePositions}; k is h, or 1 for rows that all heads share
   * @return [b, h, t, t]
   */
  T relativeScores(Optional<T> query, Optional<T> key, T rows);

  /**
   * {@link #relativeScores} of one query: it times its row for key j, and key j times its row.
   *
   * @param query [b, h, 1, e], or absent
   * @param key [b, h, t, e], or absent
   * @param rows [b, n · k, t, e], a row for each of {@link #positionsFrom} the query
   * @return [b, h, 1, t]
   */
  T relativeScoresOfOne(Optional<T> query, Optional<T> key, T rows);
}
