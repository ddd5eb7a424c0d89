package dev.litegraft.tensor;

import java.io.IOException;

/** Views whose numbers are multiplied, or moved, as they are read. */
final class ScaledViews {
  private ScaledViews() {}

  record Times(TensorData source, float factor) implements ChangedNumbers {
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = at; i < at + count; i++) {
        out[i] *= factor;
      }
    }
  }

  /**
   * @param run how many numbers have the same factor, one after the other
   */
  record TimesEach(TensorData source, float[] factors, int run) implements ChangedNumbers {
    TimesEach {
      if (source.shape().elements() % ((long) factors.length * run) != 0) {
        throw new IllegalArgumentException(
            source.name() + " " + source.shape() + " times " + factors.length + " factors");
      }
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = 0; i < count; i++) {
        out[at + i] *= factors[(int) ((from + i) / run % factors.length)];
      }
    }
  }

  record Plus(TensorData source, float offset) implements ChangedNumbers {
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
      for (int i = at; i < at + count; i++) {
        out[i] += offset;
      }
    }
  }
}
