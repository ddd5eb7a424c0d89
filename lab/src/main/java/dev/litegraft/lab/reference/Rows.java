package dev.litegraft.lab.reference;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is computed row by row, in f64: norms and softmax. */
final class Rows {
  /** torch.nn.functional.normalize's {@code eps}. */
  private static final double SMALLEST_LENGTH = 1e-12;

  private static final int NUMBERS_OF_TASK = 1 << 14;

  private Rows() {}

  private interface RowFunction {
    void apply(double[] row);
  }

  /** x: [.., d]. */
  static Array rmsNorm(Array x, float[] weight, double epsilon, Workers workers) {
    return map(
        x,
        workers,
        row -> {
          double factor = 1 / Math.sqrt(sumOfSquares(row) / row.length + epsilon);
          for (int i = 0; i < row.length; i++) {
            row[i] = row[i] * factor * weight[i];
          }
        });
  }

  /** x: [.., d]. */
  static Array layerNorm(
      Array x, float[] weight, Optional<float[]> bias, double epsilon, Workers workers) {
    float[] offset = bias.orElse(new float[weight.length]);
    return map(
        x,
        workers,
        row -> {
          double mean = 0;
          for (double number : row) {
            mean += number;
          }
          mean /= row.length;
          for (int i = 0; i < row.length; i++) {
            row[i] -= mean;
          }
          double factor = 1 / Math.sqrt(sumOfSquares(row) / row.length + epsilon);
          for (int i = 0; i < row.length; i++) {
            row[i] = row[i] * factor * weight[i] + offset[i];
          }
        });
  }

  /** The largest numbers of every row, 0 for the others: [.., n]. */
  static Array largest(Array x, int count, Workers workers) {
    return map(
        x,
        workers,
        row -> {
          double[] sorted = row.clone();
          Arrays.sort(sorted);
          double least = sorted[row.length - count];
          for (int i = 0; i < row.length; i++) {
            row[i] = row[i] >= least ? row[i] : 0;
          }
        });
  }

  /** The first numbers of every row: [.., d] to [.., count]. */
  static Array leading(Array x, int count) {
    int width = x.dim(-1);
    float[] out = new float[Math.multiplyExact(x.rows(), count)];
    for (int row = 0; row < x.rows(); row++) {
      System.arraycopy(x.numbers(), row * width, out, row * count, count);
    }
    return Array.of(x.shape().with(-1, count), out);
  }

  /** Rows of [.., d] one behind the other. */
  static Array joined(List<Array> parts) {
    int width = parts.stream().mapToInt(part -> part.dim(-1)).sum();
    int rows = parts.get(0).rows();
    float[] out = new float[Math.multiplyExact(rows, width)];
    int at = 0;
    for (Array part : parts) {
      if (part.rows() != rows) {
        throw new IllegalArgumentException(part.shape() + " beside " + parts.get(0).shape());
      }
      for (int row = 0; row < rows; row++) {
        System.arraycopy(part.numbers(), row * part.dim(-1), out, row * width + at, part.dim(-1));
      }
      at += part.dim(-1);
    }
    return Array.of(parts.get(0).shape().with(-1, width), out);
  }

  static Array softmax(Array x, Workers workers) {
    return map(x, workers, Rows::softmax);
  }

  /** Replaces scores by their weights, which sum to 1. */
  static void softmax(double[] row) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double score : row) {
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.exp(row[i] - largest);
      sum += row[i];
    }
    for (int i = 0; i < row.length; i++) {
      row[i] /= sum;
    }
  }

  /** Rows of length 1. */
  static Array normalize(Array x, Workers workers) {
    return map(
        x,
        workers,
        row -> {
          double length = Math.max(Math.sqrt(sumOfSquares(row)), SMALLEST_LENGTH);
          for (int i = 0; i < row.length; i++) {
            row[i] /= length;
          }
        });
  }

  private static double sumOfSquares(double[] row) {
    double sum = 0;
    for (double number : row) {
      sum += number * number;
    }
    return sum;
  }

  private static Array map(Array x, Workers workers, RowFunction function) {
    int width = x.shape().last();
    float[] out = new float[x.numbers().length];
    int rowsOfTask = Math.max(1, NUMBERS_OF_TASK / Math.max(1, width));
    workers.forEach(
        (x.rows() + rowsOfTask - 1) / rowsOfTask,
        () -> new double[width],
        (row, task) -> {
          int end = Math.min(x.rows(), (task + 1) * rowsOfTask);
          for (int at = task * rowsOfTask * width; at < end * width; at += width) {
            for (int i = 0; i < width; i++) {
              row[i] = x.numbers()[at + i];
            }
            function.apply(row);
            for (int i = 0; i < width; i++) {
              out[at + i] = (float) row[i];
            }
          }
        });
    return Array.of(x.shape(), out);
  }
}
