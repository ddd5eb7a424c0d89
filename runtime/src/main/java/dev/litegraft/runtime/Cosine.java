package dev.litegraft.runtime;

/** The cosine of the angle between vectors: 1 same direction, 0 nothing in common, -1 opposite. */
public final class Cosine {
  private Cosine() {}

  /**
   * The cosine similarity, in double precision; 0 where one of them is all zeros, which has no
   * direction.
   *
   * @throws IllegalArgumentException if they differ in length
   */
  public static double similarity(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "vectors of " + a.length + " and " + b.length + " numbers have no cosine similarity");
    }
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
    }
    double norms = norm(a) * norm(b);
    return norms == 0 ? 0 : Math.max(-1, Math.min(1, product / norms));
  }

  /** The length of a vector: the root of the sum of its squares. */
  public static double norm(float[] vector) {
    double sum = 0;
    for (float number : vector) {
      sum += (double) number * number;
    }
    return Math.sqrt(sum);
  }
}
