package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Random;

/** Seeded numbers for tests: a failure can be repeated. */
final class RandomArrays {
  private final Random random;

  RandomArrays(long seed) {
    random = new Random(seed);
  }

  /** A whole number from {@code least} to {@code most}. */
  int size(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  /** Normally distributed numbers. */
  Array array(int... dims) {
    float[] numbers = new float[(int) Shape.of(dims).elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return Array.of(Shape.of(dims), numbers);
  }

  /** Normally distributed numbers as a weight. */
  TensorData tensor(String name, int... dims) {
    return TensorViews.of(name, Shape.of(dims), array(dims).numbers());
  }
}
