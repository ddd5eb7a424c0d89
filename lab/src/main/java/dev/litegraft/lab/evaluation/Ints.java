package dev.litegraft.lab.evaluation;

import java.util.Arrays;

/** Whole numbers, of which there will be more. */
final class Ints {
  private static final int FIRST = 1024;

  private int[] numbers = new int[FIRST];
  private int size;

  void add(int number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  int at(int index) {
    return numbers[index];
  }

  int size() {
    return size;
  }

  int[] toArray() {
    return Arrays.copyOf(numbers, size);
  }
}
