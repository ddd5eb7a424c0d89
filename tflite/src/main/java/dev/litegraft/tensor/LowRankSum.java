package dev.litegraft.tensor;

import java.io.IOException;

/**
 * {@code source + scale · left · right}, computed for the rows that are read: what a low-rank
 * adapter makes of a matrix.
 *
 * <p>Every number is the same whichever slice it is read in.
 *
 * @param source [rows, columns]
 * @param left [rows, rank]
 * @param right [rank, columns]
 */
record LowRankSum(TensorData source, float scale, TensorData left, TensorData right)
    implements ChangedNumbers {
  /** So many rows of {@code right} are summed up before they are scaled and added. */
  private static final int RANK_BLOCK = 16;

  LowRankSum {
    Shape s = source.shape();
    if (s.rank() != 2
        || !left.shape().equals(Shape.of(s.dim(0), right.shape().dim(0)))
        || right.shape().dim(1) != s.dim(1)) {
      throw new IllegalArgumentException(
          source.name() + " " + s + " is not " + left.shape() + " x " + right.shape());
    }
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    source.read(from, out, at, count);
    if (count == 0) {
      return;
    }
    int columns = source.shape().dim(1);
    int rank = right.shape().dim(0);
    int first = (int) (from / columns);
    int rows = (int) ((from + count - 1) / columns) - first + 1;
    // Of a single row only the wanted piece of every row on the right is read.
    int begin = rows == 1 ? (int) (from % columns) : 0;
    int width = rows == 1 ? count : columns;
    float[] factors = new float[Math.multiplyExact(rows, rank)];
    left.read((long) first * rank, factors, 0, factors.length);
    float[][] block = new float[Math.min(RANK_BLOCK, rank)][width];
    float[] sum = new float[width];
    for (int k = 0; k < rank; k += RANK_BLOCK) {
      int depth = Math.min(RANK_BLOCK, rank - k);
      for (int i = 0; i < depth; i++) {
        right.read((long) (k + i) * columns + begin, block[i], 0, width);
      }
      for (int row = 0; row < rows; row++) {
        java.util.Arrays.fill(sum, 0);
        addProducts(sum, factors, row * rank + k, block, depth);
        long target = (long) (first + row) * columns + begin - from;
        int low = (int) Math.max(0, -target);
        int high = (int) Math.min(width, count - target);
        addScaled(out, (int) (at + target), sum, low, high);
      }
    }
  }

  /** Four rows at once: each number of the sum is then loaded and stored a quarter as often. */
  private static void addProducts(
      float[] sum, float[] factors, int factor, float[][] block, int depth) {
    int i = 0;
    for (; i + 3 < depth; i += 4) {
      addFour(
          sum,
          factors[factor + i],
          block[i],
          factors[factor + i + 1],
          block[i + 1],
          factors[factor + i + 2],
          block[i + 2],
          factors[factor + i + 3],
          block[i + 3]);
    }
    for (; i < depth; i++) {
      float a = factors[factor + i];
      float[] x = block[i];
      for (int j = 0; j < sum.length; j++) {
        sum[j] += a * x[j];
      }
    }
  }

  private static void addFour(
      float[] sum, float a, float[] w, float b, float[] x, float c, float[] y, float d, float[] z) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] += a * w[j] + b * x[j] + c * y[j] + d * z[j];
    }
  }

  private void addScaled(float[] out, int at, float[] sum, int low, int high) {
    for (int j = low; j < high; j++) {
      out[at + j] += scale * sum[j];
    }
  }
}
