package dev.litegraft.lab.diagnosis.weights;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.diagnosis.weights.RowSketches.Sketch;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowSketchesTest {
  private static final int ROWS = 200;
  private static final int WIDTH = 64;
  private static final float[] NORM = numbers(7, 0.5f, 1);

  private static float[] numbers(int seed, float reach, float middle) {
    Random random = new Random(seed);
    float[] numbers = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      numbers[i] = middle + reach * (2 * random.nextFloat() - 1);
    }
    return numbers;
  }

  /** Rows multiplied with a norm before and a factor behind, rounded to so many steps. */
  private static FileMatrix rounded(int steps, float factor, boolean turned) throws IOException {
    float[] all = new float[ROWS * WIDTH];
    for (int r = 0; r < ROWS; r++) {
      float[] row = numbers(1000 + r, 1, 0);
      float largest = 0;
      for (int i = 0; i < WIDTH; i++) {
        row[i] *= NORM[i] * factor;
        largest = Math.max(largest, Math.abs(row[i]));
      }
      float step = largest / steps;
      for (int i = 0; i < WIDTH; i++) {
        all[turned ? i * ROWS + r : r * WIDTH + i] = Math.round(row[i] / step) * step;
      }
    }
    Shape shape = turned ? Shape.of(WIDTH, ROWS) : Shape.of(ROWS, WIDTH);
    TensorData stored = TensorViews.of("weight", shape, all);
    TensorData numbers = turned ? TensorViews.transposed(stored) : stored;
    return new FileMatrix(0, 0, numbers, stored, 1.0 / steps, 0x1p-20, 0, turned, "int8");
  }

  private static long found(RowSketches sketches, Sketch wanted) {
    return java.util.stream.IntStream.range(0, ROWS).filter(r -> sketches.mayBe(r, wanted)).count();
  }

  @ParameterizedTest
  @CsvSource({"127, 1, false", "127, -0.125, false", "127, 3, true", "7, 1, false", "7, 1, true"})
  void aRowIsFoundThoughItWasMultipliedRoundedAndTurned(int steps, float factor, boolean turned)
      throws IOException {
    RowSketches sketches = RowSketches.of(rounded(steps, factor, turned));
    for (int r = 0; r < ROWS; r++) {
      assertThat(sketches.mayBe(r, Sketch.of(numbers(1000 + r, 1, 0), NORM))).as("%d", r).isTrue();
    }
  }

  @Test
  void hardlyAnyOtherRowIsTakenForIt() throws IOException {
    RowSketches sketches = RowSketches.of(rounded(127, 1, false));
    long all = 0;
    for (int r = 0; r < ROWS; r++) {
      all += found(sketches, Sketch.of(numbers(1000 + r, 1, 0), NORM));
    }
    assertThat(all).isLessThan(ROWS + ROWS / 2);
    assertThat(found(sketches, Sketch.of(numbers(5, 1, 0), NORM))).isLessThan(3);
  }

  @Test
  void withoutTheNormThatWasFoldedInItIsAnotherRow() throws IOException {
    RowSketches sketches = RowSketches.of(rounded(127, 1, false));
    float[] ones = new float[WIDTH];
    Arrays.fill(ones, 1);
    assertThat(sketches.mayBe(3, Sketch.of(numbers(1003, 1, 0), ones))).isFalse();
  }
}
