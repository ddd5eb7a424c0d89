package dev.litegraft.lab.reference;

import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

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
    return apply(layer, x, workers, Optional.empty());
  }

  /** The same with weights that may be held from an earlier call. */
  static Array apply(Linear layer, Array x, Workers workers, Optional<HeldWeights> held) {
    if (x.shape().last() != layer.in()) {
      throw new IllegalArgumentException(
          layer.name() + " takes " + layer.in() + " inputs, not " + x.shape());
    }
    LinearLayer run = new LinearLayer(layer, Product.rows(x.numbers(), 0, x.rows(), layer.in()));
    run.run(workers.forWork((long) x.numbers().length * layer.out()), held);
    return Array.of(x.shape().with(-1, layer.out()), run.out);
  }

  private void run(Workers workers, Optional<HeldWeights> held) {
    int blocks = (layer.out() + BLOCK - 1) / BLOCK;
    int shared = (blocks + 1) / 2 * 2; // as many for one thread as for two: blocks may be held
    int height = Math.max(1, (layer.out() + shared - 1) / Math.max(1, shared));
    int tasks = (layer.out() + height - 1) / height;
    float[] bias = layer.bias().map(b -> read(b, 0, layer.out())).orElse(new float[layer.out()]);
    AtomicReferenceArray<double[][]> turned = held.map(h -> h.blocks(layer, tasks)).orElse(null);
    workers.forEach(
        tasks,
        () -> new Scratch(height, layer.in(), x.length),
        (scratch, task) -> {
          int rows = Math.min(height, layer.out() - task * height);
          if (turned != null && turned.get(task) == null) {
            turned.set(task, turned(scratch, task * height, rows));
          }
          for (double[] row : scratch.sum) {
            Arrays.fill(row, 0);
          }
          if (turned == null) {
            multiply(scratch, task * height, rows);
          } else {
            Product.add(x, 0, turned.get(task), layer.in(), scratch.sum, rows);
          }
          keep(scratch, task * height, rows, bias);
        });
  }

  /** Outputs {@code first} to {@code first + rows − 1}, whole: [in][rows]. */
  private double[][] turned(Scratch scratch, int first, int rows) {
    read(layer.weight(), (long) first * layer.in(), scratch.weight, rows * layer.in());
    double[][] block = new double[layer.in()][rows];
    Product.transpose(scratch.weight, 0, layer.in(), rows, layer.in(), block);
    return block;
  }

  private void multiply(Scratch scratch, int first, int rows) {
    read(layer.weight(), (long) first * layer.in(), scratch.weight, rows * layer.in());
    for (int from = 0; from < layer.in(); from += PANEL) {
      int depth = Math.min(PANEL, layer.in() - from);
      Product.transpose(scratch.weight, from, layer.in(), rows, depth, scratch.panel);
      Product.add(x, from, scratch.panel, depth, scratch.sum, rows);
    }
  }

  private void keep(Scratch scratch, int first, int rows, float[] bias) {
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
