package dev.litegraft.facts;

/**
 * How the vectors of two texts are compared.
 *
 * <p>Source: {@code SimilarityFunction} of sentence-transformers.
 */
public enum Similarity {
  /** The cosine of the angle between them. */
  COSINE,
  /** Their inner product. */
  DOT,
  /** The distance between their ends, negative. */
  EUCLIDEAN,
  /** The sum of the differences of their numbers, negative. */
  MANHATTAN
}
