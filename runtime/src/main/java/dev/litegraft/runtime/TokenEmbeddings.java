package dev.litegraft.runtime;

import java.util.List;

/**
 * A text as vectors of its tokens, for late interaction.
 *
 * @param vectors one a token that counts, in the text's order, [t][d]; belong to the caller
 * @param tokens how many tokens the model read, special tokens and those that fill up a query
 *     included
 * @param truncated whether the text was longer than the model takes
 * @param milliseconds tokenizing and running, without waiting for other calls to begin
 */
public record TokenEmbeddings(
    List<float[]> vectors, int tokens, boolean truncated, double milliseconds) {
  public TokenEmbeddings {
    vectors = List.copyOf(vectors);
  }

  /**
   * How well a document answers this query: the sum over the query's vectors of the largest inner
   * product with one of the document's.
   *
   * <p>Source: MaxSim of ColBERT.
   *
   * @return 0 for a document without vectors
   */
  public double maxSim(TokenEmbeddings document) {
    if (document.vectors.isEmpty()) {
      return 0;
    }
    double sum = 0;
    for (float[] query : vectors) {
      double best = Double.NEGATIVE_INFINITY;
      for (float[] other : document.vectors) {
        double product = 0;
        for (int i = 0; i < query.length; i++) {
          product += (double) query[i] * other[i];
        }
        best = Math.max(best, product);
      }
      sum += best;
    }
    return sum;
  }
}
