package dev.litegraft.lab.reference;

import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * {@code x · weightᵀ + bias}, the weight read in blocks of a few outputs: memory does not grow with
 * the matrix.
 */
final class LinearLayer {
  /** Outputs of a block: long enough rows for vector instructions, short enough for the cache. */
  private static final int BLOCK = 128;

  /** Inputs that are turned at once; {@code PANEL · BLOCK} f64 stay in the second cache. */
  private static final int PANEL = 256;

  private final Linear layer;
  private final double[][] x;
  private final float[] out;

  private LinearLayer(Linear layer, double[][] x) {
    this.layer = layer;
    this.x = x;
    this.out = new float[Math.multiplyExact(x.length, layer.out())];
  }

  /** x: [.., in] to [.., out]. */
  static Array apply(Linear layer, Array x, Workers workers) {
    if (x.shape().last() != layer.in()) {
      throw new IllegalArgumentException(
          layer.name() + " takes " + layer.in() + " inputs, not " + x.shape());
    }
    LinearLayer run = new LinearLayer(layer, Product.rows(x.numbers(), 0, x.rows(), layer.in()));
    run.run(workers.forWork((long) x.numbers().length * layer.out()));
    return Array.of(x.shape().with(-1, layer.out()), run.out);
  }

  private void run(Workers workers) {
    int blocks = (layer.out() + BLOCK - 1) / BLOCK;
    int shared = (blocks + workers.threads() - 1) / workers.threads() * workers.threads();
    int height = Math.max(1, (layer.out() + shared - 1) / Math.max(1, shared));
    int tasks = (layer.out() + height - 1) / height;
    float[] bias = layer.bias().map(b -> read(b, 0, layer.out())).orElse(new float[layer.out()]);
    workers.forEach(
        tasks,
        () -> new Scratch(height, layer.in(), x.length),
        (scratch, task) -> block(scratch, task * height, height, bias));
  }

  private void block(Scratch scratch, int first, int height, float[] bias) {
    int rows = Math.min(height, layer.out() - first);
    read(layer.weight(), (long) first * layer.in(), scratch.weight, rows * layer.in());
    for (double[] row : scratch.sum) {
      Arrays.fill(row, 0);
    }
    for (int from = 0; from < layer.in(); from += PANEL) {
      int depth = Math.min(PANEL, layer.in() - from);
      Product.transpose(scratch.weight, from, layer.in(), rows, depth, scratch.panel);
      Product.add(x, from, scratch.panel, depth, scratch.sum, rows);
    }
    for (int n = 0; n < x.length; n++) {
      for (int r = 0; r < rows; r++) {
        out[n * layer.out() + first + r] = (float) (scratch.sum[n][r] + bias[first + r]);
      }
    }
  }

  /** {@code count} numbers of a tensor, from {@code from} on. */
  static float[] read(TensorData tensor, long from, int count) {
    float[] numbers = new float[count];
    read(tensor, from, numbers, count);
    return numbers;
  }

  private static void read(TensorData tensor, long from, float[] out, int count) {
    try {
      tensor.read(from, out, 0, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What one thread works in. */
  private static final class Scratch {
    final float[] weight;
    final double[][] panel;
    final double[][] sum;

    Scratch(int height, int in, int rows) {
      weight = new float[Math.multiplyExact(height, in)];
      panel = new double[Math.min(PANEL, in)][height];
      sum = new double[rows][height];
    }
  }
}
