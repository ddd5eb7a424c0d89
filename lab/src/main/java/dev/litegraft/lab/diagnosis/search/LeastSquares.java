package dev.litegraft.lab.diagnosis.search;

/**
 * Linear least squares by the normal equations, with a little ridge so that dependent columns do no
 * harm.
 */
final class LeastSquares {
  private static final double RIDGE = 1e-9;

  private LeastSquares() {}

  /**
   * The matrix that maps rows of {@code x} to rows of {@code y} best.
   *
   * @param x [n][d]
   * @param y [n][labels]
   * @return [d][labels]
   */
  static double[][] solve(double[][] x, float[][] y) {
    int d = x[0].length;
    int labels = y[0].length;
    double[][] a = new double[d][d + labels];
    for (int n = 0; n < x.length; n++) {
      double[] row = x[n];
      for (int i = 0; i < d; i++) {
        double factor = row[i];
        for (int j = 0; j < d; j++) {
          a[i][j] += factor * row[j];
        }
        for (int j = 0; j < labels; j++) {
          a[i][d + j] += factor * y[n][j];
        }
      }
    }
    double trace = 0;
    for (int i = 0; i < d; i++) {
      trace += a[i][i];
    }
    for (int i = 0; i < d; i++) {
      a[i][i] += RIDGE * trace / d;
    }
    eliminate(a, d);
    double[][] solution = new double[d][labels];
    for (int i = 0; i < d; i++) {
      System.arraycopy(a[i], d, solution[i], 0, labels);
    }
    return solution;
  }

  /** Gauss-Jordan with row exchange; a becomes [I | solution]. */
  private static void eliminate(double[][] a, int d) {
    for (int column = 0; column < d; column++) {
      int pivot = column;
      for (int i = column + 1; i < d; i++) {
        pivot = Math.abs(a[i][column]) > Math.abs(a[pivot][column]) ? i : pivot;
      }
      double[] swap = a[column];
      a[column] = a[pivot];
      a[pivot] = swap;
      double inverse = 1 / a[column][column];
      for (int j = column; j < a[column].length; j++) {
        a[column][j] *= inverse;
      }
      for (int i = 0; i < d; i++) {
        double factor = a[i][column];
        if (i != column && factor != 0) {
          for (int j = column; j < a[i].length; j++) {
            a[i][j] -= factor * a[column][j];
          }
        }
      }
    }
  }
}
