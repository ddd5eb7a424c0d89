package dev.litegraft.layer;

import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a small table after their norm, turned: [width, rows]. Many layers read the same
 * ones, so they are kept while memory allows.
 */
final class TurnedRows {
  private final TensorData table;
  private final Optional<LayerNorm> norm;
  private SoftReference<float @Nullable []> held = new SoftReference<>(null);

  TurnedRows(TensorData table, Optional<LayerNorm> norm) {
    this.table = table;
    this.norm = norm;
  }

  /** How many rows there are. */
  int count() {
    return table.shape().dim(0);
  }

  synchronized float[] numbers() throws IOException {
    float[] numbers = held.get();
    if (numbers == null) {
      numbers = read();
      held = new SoftReference<>(numbers);
    }
    return numbers;
  }

  private float[] read() throws IOException {
    int count = count();
    int width = table.shape().dim(1);
    float[] weight = new float[width];
    float[] bias = new float[width];
    if (norm.isPresent()) {
      norm.get().weight().read(0, weight, 0, width);
      if (norm.get().bias().isPresent()) {
        norm.get().bias().get().read(0, bias, 0, width);
      }
    }
    float[] turned = new float[Math.multiplyExact(count, width)];
    float[] row = new float[width];
    for (int r = 0; r < count; r++) {
      table.read((long) r * width, row, 0, width);
      if (norm.isPresent()) {
        normalize(row, weight, bias, norm.get().epsilon());
      }
      for (int i = 0; i < width; i++) {
        turned[i * count + r] = row[i];
      }
    }
    return turned;
  }

  private static void normalize(float[] row, float[] weight, float[] bias, double epsilon) {
    double sum = 0;
    for (float x : row) {
      sum += x;
    }
    double mean = sum / row.length;
    double squares = 0;
    for (float x : row) {
      squares += (x - mean) * (x - mean);
    }
    double factor = 1 / Math.sqrt(squares / row.length + epsilon);
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) ((row[i] - mean) * factor * weight[i] + bias[i]);
    }
  }
}
