package dev.litegraft.quantize;

import dev.litegraft.graph.Rounding;
import java.io.IOException;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Rounds a row number by number, those of the largest inputs first; what one number loses, the ones
 * that are not rounded yet make good as far as inputs go together.
 *
 * <p>Source: Frantar et al., GPTQ (2023), with its order by the diagonal. The triangle is found
 * without an inverse: where {@code A = N · Nᵀ} with N upper, {@code A⁻¹ = Uᵀ · U} with {@code U =
 * N⁻¹}.
 *
 * @param seen what the matrix was multiplied with
 * @param matrix the name of its constant
 */
record Compensation(SeenInputs seen, String matrix) implements Rounding {
  /** Added to the diagonal as a part of its mean, so that inputs that were not seen do no harm. */
  private static final double DAMPING = 0.01;

  @Override
  public Rounder prepare() throws IOException {
    Optional<float[]> products = seen.products(matrix);
    if (products.isEmpty()) {
      throw new IllegalStateException("nothing was seen of " + matrix);
    }
    return prepared(products.get());
  }

  private static Rounder prepared(float[] upper) {
    int n = (int) ((Math.sqrt(8.0 * upper.length + 1) - 1) / 2);
    double[] weights = new double[n];
    for (int i = 0; i < n; i++) {
      weights[i] = upper[at(n, i, i)];
    }
    int[] order =
        IntStream.range(0, n)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -weights[i]))
            .mapToInt(i -> i)
            .toArray();
    double damping = DAMPING * IntStream.range(0, n).mapToDouble(i -> weights[i]).sum() / n;
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = new double[n - i];
      for (int j = i; j < n; j++) {
        rows[i][j - i] = upper[at(n, Math.min(order[i], order[j]), Math.max(order[i], order[j]))];
      }
      rows[i][0] += damping + Double.MIN_NORMAL;
    }
    factor(rows);
    invert(rows);
    float[][] narrow = new float[n][];
    for (int i = 0; i < n; i++) {
      narrow[i] = new float[n - i];
      for (int j = 0; j < n - i; j++) {
        narrow[i][j] = (float) (rows[i][j] / rows[i][0]);
      }
      rows[i] = new double[0];
    }
    return new CompensatedRows(order, narrow, weights);
  }

  /** Where the upper half has [i, j]. */
  private static int at(int n, int i, int j) {
    return i * n - i * (i - 1) / 2 + j - i;
  }

  /** N of A = N · Nᵀ in the place of A; row i begins with its diagonal. */
  private static void factor(double[][] a) {
    for (int j = a.length - 1; j >= 0; j--) {
      double[] own = a[j];
      double left = own[0];
      for (int k = 1; k < own.length; k++) {
        left -= own[k] * own[k];
      }
      own[0] = Math.sqrt(Math.max(left, Double.MIN_NORMAL));
      for (int i = 0; i < j; i++) {
        double[] row = a[i];
        int shift = j - i;
        double sum = row[shift];
        for (int k = 1; k < own.length; k++) {
          sum -= row[shift + k] * own[k];
        }
        row[shift] = sum / own[0];
      }
    }
  }

  /** N⁻¹ in the place of N, from the last row upwards. */
  private static void invert(double[][] rows) {
    for (int i = rows.length - 1; i >= 0; i--) {
      double[] row = rows[i];
      double[] inverse = new double[row.length];
      for (int k = 1; k < row.length; k++) {
        double factor = row[k];
        double[] below = rows[i + k];
        for (int j = 0; j < below.length; j++) {
          inverse[k + j] -= factor * below[j];
        }
      }
      for (int j = 1; j < row.length; j++) {
        row[j] = inverse[j] / row[0];
      }
      row[0] = 1 / row[0];
    }
  }
}
