package dev.litegraft.tensor;

import java.io.IOException;
import java.util.Arrays;

/** Views under another shape: exchanged, dropped, or counted otherwise. */
final class AxisViews {
  private AxisViews() {}

  record Transposed(TensorData source) implements View {
    Transposed {
      if (source.shape().rank() != 2) {
        throw new IllegalArgumentException(source.name() + " " + source.shape() + " is no matrix");
      }
    }

    @Override
    public Shape shape() {
      return Shape.of(source.shape().dim(1), source.shape().dim(0));
    }

    /** Reads the columns that the wanted rows cover, one source row after the other. */
    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      if (count == 0) {
        return;
      }
      int rows = source.shape().dim(0);
      int width = source.shape().dim(1);
      int first = (int) (from / rows);
      int last = (int) ((from + count - 1) / rows);
      float[] line = new float[last - first + 1];
      for (int r = 0; r < rows; r++) {
        source.read((long) r * width + first, line, 0, line.length);
        for (int c = 0; c < line.length; c++) {
          long target = (long) (first + c) * rows + r - from;
          if (target >= 0 && target < count) {
            out[at + (int) target] = line[c];
          }
        }
      }
    }
  }

  record LastIndex(TensorData source, int index) implements View {
    private static final int STEP = 4096;

    LastIndex {
      if (index < 0 || index >= source.shape().last()) {
        throw new IllegalArgumentException(
            source.name() + " " + source.shape() + " has no last index " + index);
      }
    }

    @Override
    public Shape shape() {
      int[] dims = new int[source.shape().rank() - 1];
      Arrays.setAll(dims, source.shape()::dim);
      return Shape.of(dims);
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      int width = source.shape().last();
      float[] all = new float[Math.min(count, STEP) * width];
      for (int done = 0; done < count; done += STEP) {
        int n = Math.min(count - done, STEP);
        source.read((from + done) * width, all, 0, n * width);
        for (int i = 0; i < n; i++) {
          out[at + done + i] = all[i * width + index];
        }
      }
    }
  }

  record Reshaped(TensorData source, Shape shape) implements View {
    Reshaped {
      if (shape.elements() != source.shape().elements()) {
        throw new IllegalArgumentException(
            source.name() + " " + source.shape() + " has not the numbers of " + shape);
      }
    }

    @Override
    public void read(long from, float[] out, int at, int count) throws IOException {
      source.read(from, out, at, count);
    }
  }
}
