package dev.litegraft.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProjectedRowsTest {
  private static final int ROWS = 7;
  private static final int IN = 19;
  private static final int HEADS = 3;
  private static final int WIDTH = 5;

  /** Sums of 19 products of numbers about 1, in f32 and in f64. */
  private static final double ROUNDING = 2e-5;

  private final Random random = new Random(11);
  private final TensorData rows = numbers("rows", ROWS, IN);
  private final LayerNorm norm =
      new LayerNorm("norm", numbers("w", IN), Optional.of(numbers("b", IN)), 1e-7);
  private final Linear keys =
      new Linear("k", numbers("k", HEADS * WIDTH, IN), Optional.of(numbers("kb", HEADS * WIDTH)));
  private final Linear queries = new Linear("q", numbers("q", HEADS * WIDTH, IN), Optional.empty());

  @Test
  void hasTheRowsOfEachHeadAfterNormAndProjection() throws IOException {
    float[] table = all(table(new TurnedRows(rows, Optional.of(norm))));

    double[][] normed = normed();
    for (int head = 0; head < 2 * HEADS; head++) {
      Linear to = head < HEADS ? keys : queries;
      float[] weight = all(to.weight());
      float[] bias = to.bias().isPresent() ? all(to.bias().get()) : new float[HEADS * WIDTH];
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < WIDTH; i++) {
          int out = head % HEADS * WIDTH + i;
          double expected = bias[out];
          for (int j = 0; j < IN; j++) {
            expected += normed[row][j] * weight[out * IN + j];
          }
          assertThat((double) table[(head * ROWS + row) * WIDTH + i])
              .isCloseTo(expected, within(ROUNDING));
        }
      }
    }
  }

  @Test
  void withoutProjectionTheRowsAreSplit() throws IOException {
    TensorData wide = numbers("wide", ROWS, HEADS * WIDTH);
    ProjectedRows.Part part =
        new ProjectedRows.Part(new TurnedRows(wide, Optional.empty()), Optional.empty());
    float[] table = all(new ProjectedRows("table", List.of(part), HEADS, WIDTH));

    float[] source = all(wide);
    for (int i = 0; i < table.length; i++) {
      int head = i / (ROWS * WIDTH);
      int row = i / WIDTH % ROWS;
      assertThat(table[i]).isEqualTo(source[(row * HEADS + head) * WIDTH + i % WIDTH]);
    }
  }

  @Test
  void everySliceHasTheSameNumbers() throws IOException {
    ProjectedRows table = table(new TurnedRows(rows, Optional.of(norm)));
    float[] whole = all(table);
    for (int from = 0; from < whole.length; from += 3) {
      for (int count = 0; count <= whole.length - from; count += 5) {
        float[] slice = new float[count + 2];
        table.read(from, slice, 1, count);
        assertThat(slice[0]).isZero();
        assertThat(slice[count + 1]).isZero();
        for (int i = 0; i < count; i++) {
          assertThat(slice[1 + i]).isEqualTo(whole[from + i]);
        }
      }
    }
  }

  private ProjectedRows table(TurnedRows turned) {
    return new ProjectedRows(
        "table",
        List.of(
            new ProjectedRows.Part(turned, Optional.of(keys)),
            new ProjectedRows.Part(turned, Optional.of(queries))),
        HEADS,
        WIDTH);
  }

  private double[][] normed() throws IOException {
    float[] source = all(rows);
    float[] weight = all(norm.weight());
    float[] bias = all(norm.bias().orElseThrow());
    double[][] normed = new double[ROWS][IN];
    for (int row = 0; row < ROWS; row++) {
      double mean = 0;
      double variance = 0;
      for (int j = 0; j < IN; j++) {
        mean += source[row * IN + j] / (double) IN;
      }
      for (int j = 0; j < IN; j++) {
        variance += Math.pow(source[row * IN + j] - mean, 2) / IN;
      }
      for (int j = 0; j < IN; j++) {
        double centred = source[row * IN + j] - mean;
        normed[row][j] = centred / Math.sqrt(variance + norm.epsilon()) * weight[j] + bias[j];
      }
    }
    return normed;
  }

  private TensorData numbers(String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] numbers = new float[(int) shape.elements()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return TensorViews.of(name, shape, numbers);
  }

  private static float[] all(TensorData data) throws IOException {
    float[] all = new float[(int) data.shape().elements()];
    data.read(0, all, 0, all.length);
    return all;
  }
}
