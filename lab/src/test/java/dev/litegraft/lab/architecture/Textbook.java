package dev.litegraft.lab.architecture;

import java.io.IOException;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntBinaryOperator;

/**
 * Formulas of the papers over [t][d] arrays of doubles, for tests of families that have no recorded
 * outputs. Shares nothing with the layers that it checks.
 */
final class Textbook {
  private Textbook() {}

  static double[][] rows(EdgeModel model, String tensor) throws IOException {
    float[] numbers = model.numbers(tensor);
    int width = model.shape(tensor).last();
    double[][] rows = new double[numbers.length / width][width];
    for (int i = 0; i < numbers.length; i++) {
      rows[i / width][i % width] = numbers[i];
    }
    return rows;
  }

  static double[] vector(EdgeModel model, String tensor) throws IOException {
    return rows(model, tensor)[0];
  }

  /** torch.nn.Linear: the module's weight and bias. */
  static double[][] linear(EdgeModel model, String module, double[][] x) throws IOException {
    return plus(
        times(x, rows(model, module + ".weight")),
        new double[][] {vector(model, module + ".bias")});
  }

  /** torch.nn.LayerNorm: the module's weight and bias. */
  static double[][] layerNorm(EdgeModel model, String module, double[][] x, double epsilon)
      throws IOException {
    return layerNorm(
        x, vector(model, module + ".weight"), vector(model, module + ".bias"), epsilon);
  }

  /** x · wᵀ. */
  static double[][] times(double[][] x, double[][] w) {
    double[][] y = new double[x.length][w.length];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < w.length; o++) {
        for (int i = 0; i < w[o].length; i++) {
          y[t][o] += x[t][i] * w[o][i];
        }
      }
    }
    return y;
  }

  static double[][] plus(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        sum[t][i] = a[t][i] + b[b.length == 1 ? 0 : t][i];
      }
    }
    return sum;
  }

  static double[][] multiplied(double[][] a, double[][] b) {
    double[][] product = new double[a.length][a[0].length];
    for (int t = 0; t < a.length; t++) {
      for (int i = 0; i < a[t].length; i++) {
        product[t][i] = a[t][i] * b[t][i];
      }
    }
    return product;
  }

  static double[][] map(double[][] x, DoubleUnaryOperator f) {
    double[][] y = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int i = 0; i < x[t].length; i++) {
        y[t][i] = f.applyAsDouble(x[t][i]);
      }
    }
    return y;
  }

  /** x · Φ(x), with Φ by Simpson's rule. */
  static double gelu(double x) {
    int steps = 400;
    double h = x / steps;
    double sum = 1 + Math.exp(-x * x / 2);
    for (int i = 1; i < steps; i++) {
      double t = i * h;
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-t * t / 2);
    }
    return x * (0.5 + sum * h / 3 / Math.sqrt(2 * Math.PI));
  }

  static double geluTanh(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  /** Gemma's norm, over every piece of {@code w.length} numbers. */
  static double[][] rmsNormPlusOne(double[][] x, double[] w, double epsilon) {
    double[][] y = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int begin = 0; begin < x[t].length; begin += w.length) {
        double squares = 0;
        for (int i = 0; i < w.length; i++) {
          squares += x[t][begin + i] * x[t][begin + i];
        }
        for (int i = 0; i < w.length; i++) {
          y[t][begin + i] = x[t][begin + i] / Math.sqrt(squares / w.length + epsilon) * (1 + w[i]);
        }
      }
    }
    return y;
  }

  static double[][] layerNorm(double[][] x, double[] w, double[] b, double epsilon) {
    double[][] y = new double[x.length][w.length];
    for (int t = 0; t < x.length; t++) {
      double mean = java.util.Arrays.stream(x[t]).average().orElseThrow();
      double variance =
          java.util.Arrays.stream(x[t]).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      for (int i = 0; i < w.length; i++) {
        y[t][i] = (x[t][i] - mean) / Math.sqrt(variance + epsilon) * w[i] + b[i];
      }
    }
    return y;
  }

  /** Turns the halves of every head of width e by position · theta^(−2i/e). */
  static double[][] rotated(double[][] x, int e, double theta) {
    double[][] y = new double[x.length][x[0].length];
    for (int t = 0; t < x.length; t++) {
      for (int begin = 0; begin < x[t].length; begin += e) {
        for (int i = 0; i < e / 2; i++) {
          double angle = t * Math.pow(theta, -2.0 * i / e);
          double left = x[t][begin + i];
          double right = x[t][begin + e / 2 + i];
          y[t][begin + i] = left * Math.cos(angle) - right * Math.sin(angle);
          y[t][begin + e / 2 + i] = right * Math.cos(angle) + left * Math.sin(angle);
        }
      }
    }
    return y;
  }

  /**
   * @param q [t][h·e]
   * @param k [t][k·e]
   * @param v [t][k·e]
   * @param sees 1 where the query (first) may see the key (second)
   */
  static double[][] attention(
      double[][] q, double[][] k, double[][] v, int e, double scale, IntBinaryOperator sees) {
    int group = q[0].length / k[0].length;
    double[][] mixed = new double[q.length][q[0].length];
    for (int t = 0; t < q.length; t++) {
      for (int h = 0; h < q[0].length / e; h++) {
        int source = h / group * e;
        double[] weights = new double[k.length];
        double sum = 0;
        for (int u = 0; u < k.length; u++) {
          double score = 0;
          for (int i = 0; i < e; i++) {
            score += q[t][h * e + i] * k[u][source + i];
          }
          weights[u] = sees.applyAsInt(t, u) == 1 ? Math.exp(score * scale) : 0;
          sum += weights[u];
        }
        for (int u = 0; u < k.length; u++) {
          for (int i = 0; i < e; i++) {
            mixed[t][h * e + i] += weights[u] / sum * v[u][source + i];
          }
        }
      }
    }
    return mixed;
  }
}
