package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import java.util.Arrays;

/** {@code a · b} over the last two axes, with broadcasting of the others. */
final class MatMul {
  private MatMul() {}

  /** a: [.., m, k]; b: [.., k, n], or [.., n, k] with {@code transposeB}; to [.., m, n]. */
  static Array apply(Array a, Array b, boolean transposeB, Workers workers) {
    int m = a.dim(-2);
    int k = a.dim(-1);
    int n = b.dim(transposeB ? -2 : -1);
    if (k != b.dim(transposeB ? -1 : -2)) {
      throw new IllegalArgumentException(
          "matrices " + a.shape() + " and " + b.shape() + (transposeB ? " transposed" : ""));
    }
    int[] outer = Elementwise.broadcast(outer(a), outer(b));
    int[] stepsA = Elementwise.steps(outer(a), outer.length);
    int[] stepsB = Elementwise.steps(outer(b), outer.length);
    int[] dims = Arrays.copyOf(outer, outer.length + 2);
    dims[outer.length] = m;
    dims[outer.length + 1] = n;
    Shape shape = Shape.of(dims);
    float[] out = new float[Math.toIntExact(shape.elements())];
    workers
        .forWork((long) out.length * k)
        .forEach(
            Math.toIntExact(Shape.of(outer).elements()),
            item -> {
              int atA = Elementwise.source(item, outer, stepsA) * m * k;
              int atB = Elementwise.source(item, outer, stepsB) * k * n;
              double[][] right = new double[k][n];
              if (transposeB) {
                Product.transpose(b.numbers(), atB, k, n, k, right);
              } else {
                right = Product.rows(b.numbers(), atB, k, n);
              }
              double[][] sum = new double[m][n];
              Product.add(Product.rows(a.numbers(), atA, m, k), 0, right, k, sum, n);
              for (int i = 0; i < m * n; i++) {
                out[item * m * n + i] = (float) sum[i / n][i % n];
              }
            });
    return Array.of(shape, out);
  }

  private static int[] outer(Array x) {
    int[] dims = x.shape().dims();
    return Arrays.copyOf(dims, dims.length - 2);
  }
}
