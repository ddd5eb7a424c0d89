package dev.litegraft.lab.reference;

import java.util.stream.Stream;

/**
 * {@code softmax(cap(q · kᵀ · scale) + mask) · v}, for some queries of one head at a time. Scores
 * and weights stay in f64.
 *
 * <p>Source: {@code eager_attention_forward} of the Hugging Face modules.
 */
final class Attention {
  /** Queries of a task. */
  private static final int CHUNK = 64;

  private final Array query;
  private final Array key;
  private final Array value;
  private final Array mask;
  private final double scale;
  private final double cap;
  private final float[] out;

  private Attention(Array query, Array key, Array value, Array mask, double scale, double cap) {
    this.query = query;
    this.key = key;
    this.value = value;
    this.mask = mask;
    this.scale = scale;
    this.cap = cap;
    this.out = new float[Math.toIntExact(query.shape().with(-1, value.shape().last()).elements())];
  }

  /**
   * Attention of all heads.
   *
   * @param query [b, h, q, e]
   * @param key [b, k, t, e]
   * @param value [b, k, t, e]
   * @param mask [b, 1, q, t]; each of the first three may be 1
   * @param cap 0 for none
   * @return [b, h, q, e]
   */
  static Array apply(
      Array query, Array key, Array value, Array mask, double scale, double cap, Workers workers) {
    Attention run = new Attention(query, key, value, mask, scale, cap);
    run.requireFitting();
    int chunks = (query.dim(2) + CHUNK - 1) / CHUNK;
    workers
        .forWork((long) query.numbers().length * key.dim(2))
        .forEach(
            query.dim(0) * query.dim(1) * chunks,
            task -> run.head(task / chunks, task % chunks * CHUNK));
    return Array.of(query.shape().with(-1, value.shape().last()), run.out);
  }

  private void requireFitting() {
    boolean fits =
        Stream.of(query, key, value, mask).allMatch(a -> a.shape().rank() == 4)
            && query.dim(0) == key.dim(0)
            && query.dim(1) % key.dim(1) == 0
            && query.dim(3) == key.dim(3)
            && key.shape().with(3, 1).equals(value.shape().with(3, 1))
            && mask.dim(3) == key.dim(2);
    for (int axis = 0; fits && axis < 3; axis++) {
      fits = mask.dim(axis) == 1 || mask.dim(axis) == query.dim(axis);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "attention of queries "
              + query.shape()
              + ", keys "
              + key.shape()
              + ", values "
              + value.shape()
              + " and mask "
              + mask.shape());
    }
  }

  /** Queries {@code first} to {@code first + CHUNK − 1} of head {@code index} of b · h. */
  private void head(int index, int first) {
    int batch = index / query.dim(1);
    int head = index % query.dim(1);
    int tokens = key.dim(2);
    int width = query.dim(3);
    int count = Math.min(CHUNK, query.dim(2) - first);
    int shared = batch * key.dim(1) + head / (query.dim(1) / key.dim(1));

    double[][] turned = new double[width][tokens];
    Product.transpose(key.numbers(), shared * tokens * width, width, tokens, width, turned);
    int at = (index * query.dim(2) + first) * width;
    double[][] scores = new double[count][tokens];
    Product.add(Product.rows(query.numbers(), at, count, width), 0, turned, width, scores, tokens);
    for (int q = 0; q < count; q++) {
      weigh(scores[q], maskRow(batch, head, first + q));
    }

    int valueWidth = value.dim(3);
    double[][] mixed = new double[count][valueWidth];
    double[][] values =
        Product.rows(value.numbers(), shared * tokens * valueWidth, tokens, valueWidth);
    Product.add(scores, 0, values, tokens, mixed, valueWidth);
    for (int q = 0; q < count; q++) {
      for (int i = 0; i < valueWidth; i++) {
        out[(index * query.dim(2) + first + q) * valueWidth + i] = (float) mixed[q][i];
      }
    }
  }

  private void weigh(double[] scores, int maskAt) {
    for (int j = 0; j < scores.length; j++) {
      double score = scores[j] * scale;
      scores[j] = (cap == 0 ? score : cap * Math.tanh(score / cap)) + mask.numbers()[maskAt + j];
    }
    Rows.softmax(scores);
  }

  /** Where the mask of a query begins. */
  private int maskRow(int batch, int head, int row) {
    int b = mask.dim(0) == 1 ? 0 : batch;
    int h = mask.dim(1) == 1 ? 0 : head;
    int q = mask.dim(2) == 1 ? 0 : row;
    return ((b * mask.dim(1) + h) * mask.dim(2) + q) * mask.dim(3);
  }
}
