package dev.litegraft.runtime;

/**
 * How the labels of tokens become spans, under the names of transformers' pipeline ({@code
 * aggregation_strategy}).
 *
 * <p>Source: {@code TokenClassificationPipeline}.
 */
public enum Aggregation {
  /** They do not: each token is a span, with its label as it is ({@code B-PER}). */
  NONE,
  /** Neighbours of one kind are a span; a token with {@code B-} begins another. */
  SIMPLE,
  /** As {@link #SIMPLE}, of whole words: a word has the label of its first token. */
  FIRST,
  /** As {@link #SIMPLE}, of whole words: a word's scores are the averages of its tokens'. */
  AVERAGE,
  /** As {@link #SIMPLE}, of whole words: a word has the label of its most certain token. */
  MAX
}
