package dev.litegraft.lab.evaluation;

import java.util.Arrays;

/** Numbers, of which there will be more. */
final class Doubles {
  private static final int FIRST = 1024;

  private double[] numbers = new double[FIRST];
  private int size;

  void add(double number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  /** Whether no two of them differ. */
  boolean areAllTheSame() {
    for (int i = 1; i < size; i++) {
      if (numbers[i] != numbers[0]) {
        return false;
      }
    }
    return true;
  }

  double[] toArray() {
    return Arrays.copyOf(numbers, size);
  }
}
