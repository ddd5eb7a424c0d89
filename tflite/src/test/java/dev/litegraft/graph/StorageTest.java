package dev.litegraft.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tensor.BFloat16;
import dev.litegraft.tensor.Float16;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StorageTest {
  @Test
  void oneScaleATensorIsThatOfItsLargestNumber() throws IOException {
    TensorData matrix = TensorViews.of("w", Shape.of(2, 2), new float[] {1, -1, 127, 2});
    FloatBuffer scale = FloatBuffer.allocate(1);
    ByteBuffer out = ByteBuffer.allocate(2);

    // The encoder of the first row knows the second one.
    SymmetricInt8.PER_TENSOR.prepare(matrix).encode(0, new float[] {1.5f, -1}, 1, 2, out, scale);

    assertThat(scale.get(0)).isEqualTo(1);
    assertThat(out.array()).containsExactly(2, -1);
    assertThat(SymmetricInt8.PER_TENSOR.scaleCount(matrix.shape())).isEqualTo(1);
  }

  @Test
  void fourBitsAreTwoToAByteTheFirstInTheLowHalf() {
    FloatBuffer scales = FloatBuffer.allocate(2);
    ByteBuffer out = ByteBuffer.allocate(4);

    SymmetricInt4.PER_CHANNEL.encode(
        0, new float[] {7, -7, 1.5f, 0.5f, 14, 0, -2, 3}, 2, 4, out, scales);

    assertThat(scales.array()).containsExactly(1, 2);
    assertThat(out.array()).containsExactly(0x97, 0x02, 0x07, 0x2f); // 7 -7, 2 0, 7 0, -1 2
  }

  @Test
  void rowsOfFourBitsHaveAnEvenLength() {
    assertThatThrownBy(() -> SymmetricInt4.PER_CHANNEL.rowBytes(5))
        .hasMessage("rows of 5 numbers of 4 bits");
  }

  @Test
  void blocksAreRoundedWithTheScalesThatTheFileHas() throws IOException {
    Random random = new Random(3);
    float[] numbers = new float[6 * 64];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) (random.nextGaussian() * Math.pow(10, i / 64 - 5));
    }
    TensorData matrix = TensorViews.of("w", Shape.of(6, 64), numbers);
    BlockScales scales = new BlockScales(matrix, 32);
    float[] stored = new float[12];
    scales.read(0, stored, 0, 12);
    ByteBuffer halves = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    PlainStorage.F16.encode(0, stored, 12, 1, halves, FloatBuffer.allocate(0));
    ByteBuffer out = ByteBuffer.allocate(6 * 32);
    new BlockInt4(32).encode(0, numbers, 6, 64, out, FloatBuffer.allocate(0));

    assertThat(scales.shape()).isEqualTo(Shape.of(6, 2));
    for (int i = 0; i < numbers.length; i++) {
      float scale = stored[i / 32];
      // Neither f16 nor bf16 changes it.
      assertThat(scale)
          .isEqualTo(Float16.toFloat(halves.getShort(i / 32 * 2)))
          .isEqualTo(BFloat16.toFloat(BFloat16.of(scale)));
      int pair = out.get(i / 2);
      int nibble = i % 2 == 0 ? (byte) (pair << 4) >> 4 : pair >> 4;
      assertThat(nibble).isEqualTo((int) Math.max(-7, Math.min(7, Math.rint(numbers[i] / scale))));
    }
  }

  @Test
  void aNumberThatHalfPrecisionDoesNotHoldIsRefused() {
    assertThatThrownBy(
            () ->
                PlainStorage.F16.encode(
                    0,
                    new float[] {1, 70000},
                    2,
                    1,
                    ByteBuffer.allocate(4),
                    FloatBuffer.allocate(0)))
        .hasMessageStartingWith("a weight is 70000.0, and f16 holds numbers up to 65504.0");
  }
}
