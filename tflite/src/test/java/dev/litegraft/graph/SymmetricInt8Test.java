package dev.litegraft.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SymmetricInt8Test {
  @Test
  void scaleIsTheLargestMagnitudeOver127() {
    FloatBuffer scales = FloatBuffer.allocate(2);
    ByteBuffer out = ByteBuffer.allocate(6);

    SymmetricInt8.PER_CHANNEL.encode(0, new float[] {1, -2.54f, 0, 127, 64, -1}, 2, 3, out, scales);

    assertThat(scales.array()).containsExactly(2.54f / 127, 1f);
    assertThat(out.array()).containsExactly(50, -127, 0, 127, 64, -1);
  }

  @Test
  void halvesAreRoundedToEven() {
    ByteBuffer out = ByteBuffer.allocate(6);

    SymmetricInt8.PER_CHANNEL.encode(
        0, new float[] {127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f}, 1, 6, out, FloatBuffer.allocate(1));

    assertThat(out.array()).containsExactly(127, 0, 2, 2, 0, -2);
  }

  @Test
  void aRowOfZerosGetsTheSmallestScale() {
    FloatBuffer scales = FloatBuffer.allocate(1);
    ByteBuffer out = ByteBuffer.allocate(2);

    SymmetricInt8.PER_CHANNEL.encode(0, new float[] {0, -0f}, 1, 2, out, scales);

    assertThat(scales.get(0)).isEqualTo(1e-4f / 127);
    assertThat(out.array()).containsExactly(0, 0);
  }

  /** The rounding trick against {@link Math#rint}, on numbers of every size that weights have. */
  @Test
  void everyNumberIsRoundedAsRintDoes() {
    Random random = new Random(7);
    int rows = 200;
    int width = 64;
    float[] numbers = new float[rows * width];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(8) - 6));
    }
    FloatBuffer scales = FloatBuffer.allocate(rows);
    ByteBuffer out = ByteBuffer.allocate(numbers.length);

    SymmetricInt8.PER_CHANNEL.encode(0, numbers, rows, width, out, scales);

    for (int i = 0; i < numbers.length; i++) {
      double expected = Math.rint(numbers[i] / scales.get(i / width));
      assertThat((double) out.get(i)).isEqualTo(Math.max(-127, Math.min(127, expected)) + 0.0);
    }
  }

  @Test
  void oneScaleAnOutputChannel() {
    assertThat(SymmetricInt8.PER_CHANNEL.scaleCount(Shape.of(5, 3))).isEqualTo(5);
    assertThat(SymmetricInt8.PER_CHANNEL.rowBytes(3)).isEqualTo(3);
  }
}
