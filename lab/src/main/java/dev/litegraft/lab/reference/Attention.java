package dev.litegraft.lab.reference;

import dev.litegraft.layer.Scores;
import java.util.stream.Stream;

/**
 * {@code softmax(cap(q · kᵀ · scale) + bias + mask) · v}, for some queries of one head at a time.
 * Scores and weights stay in f64.
 *
 * <p>Source: {@code eager_attention_forward} of the Hugging Face modules.
 */
final class Attention {
  /** Queries of a task. */
  private static final int CHUNK = 64;

  private final Array query;
  private final Array key;
  private final Array value;
  private final Scores<Array> scores;
  private final float[] out;

  private Attention(Array query, Array key, Array value, Scores<Array> scores) {
    this.query = query;
    this.key = key;
    this.value = value;
    this.scores = scores;
    this.out = new float[Math.toIntExact(query.shape().with(-1, value.shape().last()).elements())];
  }

  /**
   * Attention of all heads.
   *
   * @param query [b, h, q, e]
   * @param key [b, k, t, e]
   * @param value [b, k, t, e]
   * @param scores mask and bias [b, h, q, t]; each of the first three may be 1
   * @return [b, h, q, e]
   */
  static Array apply(Array query, Array key, Array value, Scores<Array> scores, Workers workers) {
    Attention run = new Attention(query, key, value, scores);
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
        Stream.of(query, key, value).allMatch(a -> a.shape().rank() == 4)
            && query.dim(0) == key.dim(0)
            && query.dim(1) % key.dim(1) == 0
            && query.dim(3) == key.dim(3)
            && key.shape().with(3, 1).equals(value.shape().with(3, 1))
            && fits(scores.mask())
            && scores.bias().map(this::fits).orElse(true);
    if (!fits) {
      throw new IllegalArgumentException(
          "attention of queries "
              + query.shape()
              + ", keys "
              + key.shape()
              + ", values "
              + value.shape()
              + ", mask "
              + scores.mask().shape()
              + scores.bias().map(b -> " and bias " + b.shape()).orElse(""));
    }
  }

  /** Whether something is [b, h, q, t], where each of the first three may be 1. */
  private boolean fits(Array x) {
    boolean fits = x.shape().rank() == 4 && x.dim(3) == key.dim(2);
    for (int axis = 0; fits && axis < 3; axis++) {
      fits = x.dim(axis) == 1 || x.dim(axis) == query.dim(axis);
    }
    return fits;
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
    double[][] products = new double[count][tokens];
    Product.add(
        Product.rows(query.numbers(), at, count, width), 0, turned, width, products, tokens);
    for (int q = 0; q < count; q++) {
      weigh(products[q], batch, head, first + q);
    }

    int valueWidth = value.dim(3);
    double[][] mixed = new double[count][valueWidth];
    double[][] values =
        Product.rows(value.numbers(), shared * tokens * valueWidth, tokens, valueWidth);
    Product.add(products, 0, values, tokens, mixed, valueWidth);
    for (int q = 0; q < count; q++) {
      for (int i = 0; i < valueWidth; i++) {
        out[(index * query.dim(2) + first + q) * valueWidth + i] = (float) mixed[q][i];
      }
    }
  }

  private void weigh(double[] products, int batch, int head, int query) {
    double cap = scores.cap();
    for (int j = 0; j < products.length; j++) {
      double score = products[j] * scores.scale();
      products[j] = cap == 0 ? score : cap * Math.tanh(score / cap);
    }
    scores.bias().ifPresent(b -> add(b, batch, head, query, products));
    add(scores.mask(), batch, head, query, products);
    Rows.softmax(products);
  }

  private static void add(Array x, int batch, int head, int query, double[] to) {
    int b = x.dim(0) == 1 ? 0 : batch;
    int h = x.dim(1) == 1 ? 0 : head;
    int q = x.dim(2) == 1 ? 0 : query;
    int at = ((b * x.dim(1) + h) * x.dim(2) + q) * x.dim(3);
    for (int j = 0; j < to.length; j++) {
      to[j] += x.numbers()[at + j];
    }
  }
}
