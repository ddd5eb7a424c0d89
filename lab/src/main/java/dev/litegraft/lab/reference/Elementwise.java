package dev.litegraft.lab.reference;

import dev.litegraft.tensor.Shape;
import java.util.function.DoubleUnaryOperator;

/** What is computed number by number. */
final class Elementwise {
  /** Numbers of a task. */
  private static final int CHUNK = 1 << 14;

  private Elementwise() {}

  /** A function of two f32 numbers. */
  interface Binary {
    float apply(float a, float b);
  }

  static Array map(Array x, DoubleUnaryOperator function, Workers workers) {
    float[] in = x.numbers();
    float[] out = new float[in.length];
    workers.forEach(
        (in.length + CHUNK - 1) / CHUNK,
        chunk -> {
          int end = Math.min(in.length, (chunk + 1) * CHUNK);
          for (int i = chunk * CHUNK; i < end; i++) {
            out[i] = (float) function.applyAsDouble(in[i]);
          }
        });
    return Array.of(x.shape(), out);
  }

  /** With broadcasting as in NumPy: shapes are aligned at the end, and a dimension of 1 repeats. */
  static Array combine(Array a, Array b, Binary function) {
    if (a.shape().equals(b.shape())) {
      float[] out = new float[a.numbers().length];
      for (int i = 0; i < out.length; i++) {
        out[i] = function.apply(a.numbers()[i], b.numbers()[i]);
      }
      return Array.of(a.shape(), out);
    }
    int[] dims = broadcast(a.shape().dims(), b.shape().dims());
    int[] stepsA = steps(a.shape().dims(), dims.length);
    int[] stepsB = steps(b.shape().dims(), dims.length);
    Shape shape = Shape.of(dims);
    float[] out = new float[Math.toIntExact(shape.elements())];
    for (int i = 0; i < out.length; i++) {
      out[i] =
          function.apply(
              a.numbers()[source(i, dims, stepsA)], b.numbers()[source(i, dims, stepsB)]);
    }
    return Array.of(shape, out);
  }

  /**
   * The dimensions that both have after broadcasting.
   *
   * @throws IllegalArgumentException if there are none
   */
  static int[] broadcast(int[] a, int[] b) {
    int[] dims = new int[Math.max(a.length, b.length)];
    for (int i = 1; i <= dims.length; i++) {
      int dimA = i <= a.length ? a[a.length - i] : 1;
      int dimB = i <= b.length ? b[b.length - i] : 1;
      if (dimA != dimB && dimA != 1 && dimB != 1) {
        throw new IllegalArgumentException(
            Shape.of(a) + " and " + Shape.of(b) + " cannot be broadcast together");
      }
      dims[dims.length - i] = dimA == 1 ? dimB : dimA;
    }
    return dims;
  }

  /** How far apart neighbours of each axis lie; 0 where one is repeated. */
  static int[] steps(int[] dims, int rank) {
    int[] steps = new int[rank];
    int step = 1;
    for (int i = 1; i <= dims.length; i++) {
      steps[rank - i] = dims[dims.length - i] == 1 ? 0 : step;
      step *= dims[dims.length - i];
    }
    return steps;
  }

  /** Where element {@code index} of an array of {@code dims} comes from. */
  static int source(int index, int[] dims, int[] steps) {
    int rest = index;
    int at = 0;
    for (int axis = dims.length - 1; axis >= 0; axis--) {
      at += rest % dims[axis] * steps[axis];
      rest /= dims[axis];
    }
    return at;
  }
}
