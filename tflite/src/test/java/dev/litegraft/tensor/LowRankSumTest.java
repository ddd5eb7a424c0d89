package dev.litegraft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LowRankSumTest {
  /** Sums of at most 70 products of numbers about 1, in f32 and in f64. */
  private static final double ROUNDING = 1e-4;

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "5, 7, 1", "7, 5, 4", "9, 33, 16", "33, 9, 17", "3, 40, 70"})
  void isTheSumThatF64Computes(int rows, int columns, int rank) throws IOException {
    Random random = new Random(rows * 31L + columns);
    TensorData source = matrix(random, rows, columns);
    TensorData left = matrix(random, rows, rank);
    TensorData right = matrix(random, rank, columns);
    float[] sum = all(TensorViews.plusProduct(source, 0.37f, left, right));

    float[] w = all(source);
    float[] l = all(left);
    float[] r = all(right);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        double product = 0;
        for (int k = 0; k < rank; k++) {
          product += (double) l[i * rank + k] * r[k * columns + j];
        }
        double expected = w[i * columns + j] + (double) 0.37f * product;
        assertThat((double) sum[i * columns + j]).isCloseTo(expected, within(ROUNDING));
      }
    }
  }

  @Test
  void everySliceHasTheSameNumbers() throws IOException {
    Random random = new Random(5);
    TensorData sum =
        TensorViews.plusProduct(
            matrix(random, 6, 11), 2, matrix(random, 6, 21), matrix(random, 21, 11));
    float[] whole = all(sum);
    for (int from = 0; from < whole.length; from++) {
      for (int count = 0; count <= whole.length - from; count++) {
        float[] slice = new float[count + 2];
        sum.read(from, slice, 1, count);
        assertThat(slice[0]).isZero();
        assertThat(slice[count + 1]).isZero();
        for (int i = 0; i < count; i++) {
          assertThat(slice[1 + i]).isEqualTo(whole[from + i]);
        }
      }
    }
  }

  @Test
  void shapesThatDoNotFitAreRefused() {
    Random random = new Random(1);
    assertThatThrownBy(
            () ->
                TensorViews.plusProduct(
                    matrix(random, 4, 4), 1, matrix(random, 4, 2), matrix(random, 3, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[4, 2]")
        .hasMessageContaining("[3, 4]");
  }

  private static TensorData matrix(Random random, int rows, int columns) {
    float[] numbers = new float[rows * columns];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return TensorViews.of("m", Shape.of(rows, columns), numbers);
  }

  private static float[] all(TensorData data) throws IOException {
    float[] numbers = new float[(int) data.shape().elements()];
    data.read(0, numbers, 0, numbers.length);
    return numbers;
  }
}
