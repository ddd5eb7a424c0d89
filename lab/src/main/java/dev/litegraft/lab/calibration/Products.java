package dev.litegraft.lab.calibration;

import dev.litegraft.lab.reference.Workers;

/** The sums of products of a value's numbers, over tokens: the upper half of [n, n]. */
final class Products {
  private static final int ROWS_AT_ONCE = 32;

  private final int width;
  private final float[] upper;
  private long tokens;

  Products(int width) {
    this.width = width;
    this.upper = new float[numbers(width)];
  }

  /** How many numbers the upper half has. */
  static int numbers(int width) {
    return Math.multiplyExact(width, width + 1) / 2;
  }

  /**
   * Adds the tokens of a value.
   *
   * @param values [tokens, width]
   */
  void add(float[] values, Workers workers) {
    tokens += values.length / width;
    int tasks = (width + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    workers.forEach(
        tasks,
        task -> {
          int end = Math.min(width, (task + 1) * ROWS_AT_ONCE);
          for (int i = task * ROWS_AT_ONCE; i < end; i++) {
            addRow(values, i);
          }
        });
  }

  private void addRow(float[] values, int i) {
    int begin = i * width - i * (i - 1) / 2;
    int count = width - i;
    for (int token = 0; token < values.length; token += width) {
      float factor = values[token + i];
      if (factor != 0) {
        int from = token + i;
        for (int j = 0; j < count; j++) {
          upper[begin + j] += factor * values[from + j];
        }
      }
    }
  }

  /** The means, in the order of {@link dev.litegraft.quantize.SeenInputs#products}. */
  float[] means() {
    float[] means = upper.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= tokens;
    }
    return means;
  }
}
