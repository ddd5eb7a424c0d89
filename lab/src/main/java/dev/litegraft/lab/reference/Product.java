package dev.litegraft.lab.reference;

/**
 * The one matrix product of the reference: {@code sum += a · b}, everything in f64.
 *
 * <p>Both operands are f32 or sums of a few of them, so a product of two numbers is exact or nearly
 * so. The order of the sum depends on the sizes alone: results are the same on every machine and
 * with any number of threads. Written as sums of four scaled rows, which HotSpot turns into vector
 * instructions; a dot product would stay scalar, because its sum may not be reordered.
 */
final class Product {
  /** Rows of {@code a} whose sums stay in the first cache while {@code b} passes by. */
  private static final int TILE = 16;

  private Product() {}

  /**
   * Adds the product of columns {@code from} to {@code from + depth − 1} of {@code a} and the first
   * {@code depth} rows of {@code b}.
   *
   * @param a [n, ≥ from + depth]
   * @param b [≥ depth, ≥ width]
   * @param sum [n, ≥ width]
   */
  static void add(double[][] a, int from, double[][] b, int depth, double[][] sum, int width) {
    for (int begin = 0; begin < a.length; begin += TILE) {
      int end = Math.min(a.length, begin + TILE);
      int i = 0;
      for (; i + 4 <= depth; i += 4) {
        for (int row = begin; row < end; row++) {
          addFour(a[row], from + i, b[i], b[i + 1], b[i + 2], b[i + 3], sum[row], width);
        }
      }
      for (; i < depth; i++) {
        for (int row = begin; row < end; row++) {
          addOne(a[row][from + i], b[i], sum[row], width);
        }
      }
    }
  }

  private static void addFour(
      double[] a,
      int at,
      double[] b0,
      double[] b1,
      double[] b2,
      double[] b3,
      double[] sum,
      int width) {
    double a0 = a[at];
    double a1 = a[at + 1];
    double a2 = a[at + 2];
    double a3 = a[at + 3];
    for (int j = 0; j < width; j++) {
      sum[j] += a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void addOne(double a, double[] b, double[] sum, int width) {
    for (int j = 0; j < width; j++) {
      sum[j] += a * b[j];
    }
  }

  /** {@code count} rows of {@code width} numbers, beginning with number {@code at}. */
  static double[][] rows(float[] numbers, int at, int count, int width) {
    double[][] rows = new double[count][width];
    for (int r = 0; r < count; r++) {
      for (int i = 0; i < width; i++) {
        rows[r][i] = numbers[at + r * width + i];
      }
    }
    return rows;
  }

  /**
   * Turns a block of a matrix: {@code out[i][r] = numbers[at + r · stride + i]}.
   *
   * @param rows how many rows of the matrix, columns of {@code out}
   * @param columns how many columns of the matrix, rows of {@code out}
   */
  static void transpose(
      float[] numbers, int at, int stride, int rows, int columns, double[][] out) {
    int i = 0;
    // Four columns at once: each cache line of the matrix is then read a quarter as often.
    for (; i + 4 <= columns; i += 4) {
      double[] out0 = out[i];
      double[] out1 = out[i + 1];
      double[] out2 = out[i + 2];
      double[] out3 = out[i + 3];
      for (int r = 0; r < rows; r++) {
        int from = at + r * stride + i;
        out0[r] = numbers[from];
        out1[r] = numbers[from + 1];
        out2[r] = numbers[from + 2];
        out3[r] = numbers[from + 3];
      }
    }
    for (; i < columns; i++) {
      for (int r = 0; r < rows; r++) {
        out[i][r] = numbers[at + r * stride + i];
      }
    }
  }
}
