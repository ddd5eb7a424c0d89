package dev.litegraft.lab.architecture;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Weights of a size that a trained model's have: the scales of norms near 1, all else near 0. */
final class RandomTensors {
  private static final double DEVIATION = 0.2;

  private final Map<String, TensorData> tensors = new LinkedHashMap<>();
  private final Random random;

  RandomTensors(long seed) {
    this.random = new Random(seed);
  }

  /** A tensor; a weight of one dimension is the scale of a norm. */
  void put(String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] numbers = new float[(int) shape.elements()];
    boolean scale = dims.length == 1 && name.endsWith("weight");
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * DEVIATION + (scale ? 1 : 0));
    }
    tensors.put(name, TensorViews.of(name, shape, numbers));
  }

  /** A linear layer with a bias. */
  void linear(String module, int out, int in) {
    put(module + ".weight", out, in);
    put(module + ".bias", out);
  }

  /** A norm with a bias. */
  void norm(String module, int width) {
    put(module + ".weight", width);
    put(module + ".bias", width);
  }

  /** All of them by their names, in the order in which they were made. */
  Map<String, TensorData> all() {
    return tensors;
  }
}
