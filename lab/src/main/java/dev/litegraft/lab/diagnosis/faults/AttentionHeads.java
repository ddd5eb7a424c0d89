package dev.litegraft.lab.diagnosis.faults;

import dev.litegraft.lab.reference.Array;
import java.util.function.IntUnaryOperator;

/** Other orders of heads [b, h, q, e], and of the numbers in them. */
public final class AttentionHeads {
  private AttentionHeads() {}

  /** Head i of the result is head {@code from(i)} of {@code x}. */
  static Array ordered(Array x, IntUnaryOperator from) {
    int heads = x.dim(1);
    int size = x.dim(2) * x.dim(3);
    float[] out = new float[x.numbers().length];
    for (int b = 0; b < x.dim(0); b++) {
      for (int i = 0; i < heads; i++) {
        int source = (b * heads + from.applyAsInt(i)) * size;
        System.arraycopy(x.numbers(), source, out, (b * heads + i) * size, size);
      }
    }
    return Array.of(x.shape(), out);
  }

  /** Number i of the first {@code width} of a row is number {@code from(i)}; the others stay. */
  static Array columns(Array x, int width, IntUnaryOperator from) {
    int row = x.shape().last();
    float[] out = x.numbers().clone();
    for (int begin = 0; begin < out.length; begin += row) {
      for (int i = 0; i < width; i++) {
        out[begin + i] = x.numbers()[begin + from.applyAsInt(i)];
      }
    }
    return Array.of(x.shape(), out);
  }

  /** Of heads from {@code first} on, the rows in reverse order; the heads before stay. */
  static Array mirrored(Array x, int first) {
    int rows = x.dim(2);
    int width = x.dim(3);
    float[] out = x.numbers().clone();
    for (int row = 0; row < out.length / width; row++) {
      if (row / rows % x.dim(1) >= first) {
        int source = row / rows * rows + rows - 1 - row % rows;
        System.arraycopy(x.numbers(), source * width, out, row * width, width);
      }
    }
    return Array.of(x.shape(), out);
  }
}
