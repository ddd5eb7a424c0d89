package dev.litegraft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FiniteTest {
  @Test
  void theFirstNumberThatIsNotFiniteIsFoundWhereverItStands() {
    float[] numbers = new float[2500];
    Arrays.fill(numbers, Float.MAX_VALUE);
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at : new int[] {1, 2, 3, 4, 5, 1023, 1024, 1025, 2048, 2497, 2498}) {
        float[] copy = numbers.clone();
        copy[at] = bad;
        copy[2498] = Float.NaN;
        assertThat(Finite.firstNonFinite(copy, 1, 2498)).isEqualTo(at);
        FloatBuffer buffer = FloatBuffer.wrap(copy).position(1);
        assertThat(Finite.firstNonFinite(buffer)).isEqualTo(at - 1);
        assertThat(buffer.position()).isEqualTo(1);
      }
    }
  }

  @Test
  void largeAndSmallNumbersAreFinite() {
    float[] numbers = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -0f, 1};
    assertThat(Finite.firstNonFinite(numbers, 0, 5)).isEqualTo(-1);
    assertThat(Finite.firstNonFinite(FloatBuffer.wrap(numbers))).isEqualTo(-1);
    assertThat(Finite.firstNonFinite(numbers, 2, 0)).isEqualTo(-1);
  }

  @Test
  void numbersOutsideTheRangeAreNotLookedAt() {
    float[] numbers = {Float.NaN, 1, 2, Float.NaN};
    assertThat(Finite.firstNonFinite(numbers, 1, 2)).isEqualTo(-1);
  }
}
