package dev.litegraft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class Float16Test {
  /** The bits of +infinity, one more than those of the largest finite half. */
  private static final int INFINITY = 0x7c00;

  @Test
  void everyHalfIsTheNumberThatItsBitsSay() {
    for (int half = 0; half < INFINITY; half++) {
      assertThat(Float16.toFloat((short) half)).isEqualTo(byDefinition(half));
      assertThat(Float16.toFloat((short) (half | 0x8000))).isEqualTo(-byDefinition(half));
    }
  }

  @Test
  void infinitiesAndNaNStayWhatTheyAre() {
    assertThat(Float16.toFloat((short) INFINITY)).isEqualTo(Float.POSITIVE_INFINITY);
    assertThat(Float16.toFloat((short) 0xfc00)).isEqualTo(Float.NEGATIVE_INFINITY);
    for (int nan = INFINITY + 1; nan < 0x8000; nan++) {
      assertThat(Float16.toFloat((short) nan)).isNaN();
      assertThat(Float16.toFloat(Float16.of(Float16.toFloat((short) nan)))).isNaN();
    }
    assertThat(Float16.toFloat(Float16.of(Float.NaN))).isNaN();
  }

  @Test
  void everyHalfSurvivesTheRoundTrip() {
    for (int half = 0; half <= INFINITY; half++) {
      assertThat(Float16.of(Float16.toFloat((short) half))).isEqualTo((short) half);
      short negative = (short) (half | 0x8000);
      assertThat(Float16.of(Float16.toFloat(negative))).isEqualTo(negative);
    }
  }

  @Test
  void whatLiesBetweenTwoHalvesGoesToTheNearestAndTiesToEven() {
    for (int half = 0; half < INFINITY - 1; half++) {
      float low = Float16.toFloat((short) half);
      float high = Float16.toFloat((short) (half + 1));
      float middle = low + (high - low) / 2;
      int even = half % 2 == 0 ? half : half + 1;
      assertThat(Float16.of(middle)).as("tie after %s", low).isEqualTo((short) even);
      assertThat(Float16.of(Math.nextDown(middle))).isEqualTo((short) half);
      assertThat(Float16.of(Math.nextUp(middle))).isEqualTo((short) (half + 1));
    }
  }

  @Test
  void from65520OnNumbersBecomeInfinite() {
    assertThat(Float16.toFloat(Float16.of(Math.nextDown(65520f)))).isEqualTo(Float16.MAX);
    assertThat(Float16.of(65520f)).isEqualTo((short) INFINITY);
    assertThat(Float16.of(Float.MAX_VALUE)).isEqualTo((short) INFINITY);
    assertThat(Float16.of(-1e9f)).isEqualTo((short) 0xfc00);
  }

  @Test
  void numbersAreEncodedOneAfterTheOther() {
    ByteBuffer out = ByteBuffer.allocate(6).order(ByteOrder.LITTLE_ENDIAN);
    Float16.encode(new float[] {9, 1, -2}, 1, 2, out);
    assertThat(out.position()).isEqualTo(4);
    assertThat(out.array()).containsExactly(0x00, 0x3c, 0x00, (byte) 0xc0, 0, 0);
  }

  private static float byDefinition(int half) {
    int exponent = half >> 10;
    int fraction = half & 0x3ff;
    return exponent == 0
        ? (float) (fraction / 1024.0 * Math.pow(2, -14))
        : (float) ((1 + fraction / 1024.0) * Math.pow(2, exponent - 15.0));
  }
}
