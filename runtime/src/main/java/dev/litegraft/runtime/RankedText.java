package dev.litegraft.runtime;

/**
 * A text and how well it answers a query.
 *
 * @param index its place among the texts that were asked about, from 0
 * @param text the text
 * @param score what texts are ordered by: of a cross-encoder or a language model its logit through
 *     its activation; of an embedder the similarity of two vectors; of late interaction the sum of
 *     every query token's best match
 * @param logit what the model answered, before any activation; of an embedder the score
 * @param tokens how many tokens the model read, special tokens and those of the query included
 *     where both are read together
 * @param truncated whether the text was longer than the model takes
 * @param queryTruncated whether the query was, of late interaction, which reads queries to a length
 *     of their own; of a model that reads both together {@code truncated} says it
 * @param milliseconds tokenizing and running, without waiting for other calls to begin
 */
public record RankedText(
    int index,
    String text,
    double score,
    double logit,
    int tokens,
    boolean truncated,
    boolean queryTruncated,
    double milliseconds) {
  /** The same of a query that was read to its end. */
  public RankedText(
      int index,
      String text,
      double score,
      double logit,
      int tokens,
      boolean truncated,
      double milliseconds) {
    this(index, text, score, logit, tokens, truncated, false, milliseconds);
  }
}
