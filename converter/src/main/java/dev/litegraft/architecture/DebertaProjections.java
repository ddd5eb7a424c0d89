package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Linear;
import java.util.function.Supplier;

/**
 * What attention of a DeBERTa projects.
 *
 * @param query content to queries, unscaled, [d, d]
 * @param key content to keys
 * @param value content to values
 * @param ofKeyPositions distances to what queries look at; read where they do
 * @param ofQueryPositions distances to what keys look at; read where they do
 */
record DebertaProjections(
    Linear query,
    Linear key,
    Linear value,
    Supplier<Linear> ofKeyPositions,
    Supplier<Linear> ofQueryPositions) {
  /**
   * How a family reads them.
   *
   * @see #of
   */
  @FunctionalInterface
  interface Reader {
    /** The projections of one layer, whose module {@code attention.self} is {@code w}. */
    DebertaProjections of(BertStack.Sizes s, Weights w);
  }

  /** The same, of which queries are multiplied by {@code scale}. */
  DebertaProjections scaled(double scale) {
    return new DebertaProjections(
        query.times(scale), key, value, ofKeyPositions, () -> ofQueryPositions.get().times(scale));
  }
}
