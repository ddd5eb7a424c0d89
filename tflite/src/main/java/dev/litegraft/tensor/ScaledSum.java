package dev.litegraft.tensor;

import java.io.IOException;

/**
 * {@code source + scale · other}: what an adapter makes of a bias.
 *
 * @param other of the same shape
 */
record ScaledSum(TensorData source, float scale, TensorData other) implements ChangedNumbers {
  ScaledSum {
    if (!source.shape().equals(other.shape())) {
      throw new IllegalArgumentException(source.shape() + " + " + other.shape());
    }
  }

  @Override
  public void read(long from, float[] out, int at, int count) throws IOException {
    source.read(from, out, at, count);
    float[] added = new float[count];
    other.read(from, added, 0, count);
    for (int i = 0; i < count; i++) {
      out[at + i] += scale * added[i];
    }
  }
}
