package dev.litegraft.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.graph.BlockInt4;
import dev.litegraft.graph.RoundedMatrix;
import dev.litegraft.graph.Storage;
import dev.litegraft.graph.SymmetricInt4;
import dev.litegraft.graph.SymmetricInt8;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CompensationTest {
  private static final int WIDTH = 32;
  private static final int ROWS = 6;

  /** Knows one matrix, by the products of its inputs. */
  private record Seen(float[] upper) implements SeenInputs {
    @Override
    public Optional<float[]> largest(String matrix) {
      return Optional.of(new float[WIDTH]);
    }

    @Override
    public Optional<float[]> products(String matrix) {
      return Optional.of(upper.clone());
    }
  }

  private static float[] numbers() {
    Random random = new Random(3);
    float[] numbers = new float[ROWS * WIDTH];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian();
    }
    return numbers;
  }

  /** Inputs that go together: a few directions, and a little of each alone. */
  private static float[][] inputs() {
    Random random = new Random(5);
    float[][] directions = new float[4][WIDTH];
    for (float[] direction : directions) {
      for (int i = 0; i < WIDTH; i++) {
        direction[i] = (float) random.nextGaussian();
      }
    }
    float[][] inputs = new float[400][WIDTH];
    for (float[] input : inputs) {
      for (float[] direction : directions) {
        float factor = (float) random.nextGaussian();
        for (int i = 0; i < WIDTH; i++) {
          input[i] += factor * direction[i] + 0.1f * (float) random.nextGaussian();
        }
      }
    }
    return inputs;
  }

  private static float[] upper(float[][] inputs) {
    float[] upper = new float[WIDTH * (WIDTH + 1) / 2];
    int at = 0;
    for (int i = 0; i < WIDTH; i++) {
      for (int j = i; j < WIDTH; j++) {
        for (float[] input : inputs) {
          upper[at] += input[i] * input[j] / inputs.length;
        }
        at++;
      }
    }
    return upper;
  }

  private record Encoded(byte[] bytes, float[] scales) {}

  private static Encoded encoded(Storage storage, float[] numbers) throws IOException {
    ByteBuffer out =
        ByteBuffer.allocate(ROWS * (int) storage.rowBytes(WIDTH)).order(ByteOrder.LITTLE_ENDIAN);
    FloatBuffer scales = FloatBuffer.allocate(ROWS);
    storage
        .prepare(TensorViews.of("w", Shape.of(ROWS, WIDTH), numbers))
        .encode(0, numbers, ROWS, WIDTH, out, scales);
    return new Encoded(out.array(), scales.array());
  }

  private static RoundedMatrix chosen(Storage plain, float[] upper) {
    return new RoundedMatrix(plain, new Compensation(new Seen(upper), "w"));
  }

  @Test
  void whereInputsAreIndependentEachNumberIsRoundedAsPlainlyBitForBit() throws IOException {
    float[] identity = new float[WIDTH * (WIDTH + 1) / 2];
    for (int i = 0, at = 0; i < WIDTH; at += WIDTH - i, i++) {
      identity[at] = 1;
    }
    for (Storage plain : List.of(SymmetricInt8.PER_CHANNEL, new BlockInt4(16))) {
      Encoded own = encoded(plain, numbers());
      Encoded other = encoded(chosen(plain, identity), numbers());
      assertThat(other.bytes()).isEqualTo(own.bytes());
      assertThat(other.scales()).isEqualTo(own.scales());
    }
  }

  @Test
  void whereInputsGoTogetherARowAnswersNearer() throws IOException {
    float[][] inputs = inputs();
    for (Storage plain : List.of(SymmetricInt8.PER_CHANNEL, SymmetricInt4.PER_CHANNEL)) {
      double before = lost(encoded(plain, numbers()), inputs, plain);
      double after = lost(encoded(chosen(plain, upper(inputs)), numbers()), inputs, plain);
      assertThat(after).isLessThan(before / 4).isPositive();
    }
  }

  @Test
  void inputsThatNeverCameDoNoHarm() throws IOException {
    float[][] inputs = inputs();
    for (float[] input : inputs) {
      input[7] = 0;
    }
    Encoded all = encoded(chosen(SymmetricInt8.PER_CHANNEL, upper(inputs)), numbers());
    float[] numbers = numbers();
    for (int row = 0; row < ROWS; row++) {
      float scale = all.scales()[row];
      assertThat(all.bytes()[row * WIDTH + 7] * scale)
          .isCloseTo(numbers[row * WIDTH + 7], within(scale / 2 + 1e-6f));
    }
  }

  @Test
  void theScaleWithTheLeastErrorCutsOutliersAndLeavesEvenRows() {
    float[] numbers = new float[64];
    for (int i = 0; i < 64; i++) {
      numbers[i] = (i % 15 - 7) / 7f;
    }
    LeastError least = new LeastError();
    assertThat(least.bound(numbers, 0, 64, 7)).isEqualTo(1); // exact as they are
    numbers[5] = 1.3f;
    float bound = least.bound(numbers, 0, 64, 7);
    assertThat(bound).isLessThan(1.2f);
    byte[] whole = new byte[64];
    float[] scales = new float[64];
    Arrays.fill(scales, bound / 7);
    least.round(numbers, 0, 64, scales, 7, whole);
    assertThat(whole[5]).isEqualTo((byte) 7);
    assertThat(error(numbers, whole, bound / 7)).isLessThan(errorOfPlain(numbers));
  }

  private static double error(float[] numbers, byte[] whole, float scale) {
    double sum = 0;
    for (int i = 0; i < numbers.length; i++) {
      sum += Math.pow(numbers[i] - whole[i] * scale, 2);
    }
    return sum;
  }

  private static double errorOfPlain(float[] numbers) {
    byte[] whole = new byte[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      whole[i] = (byte) Math.rint(numbers[i] / (1.3f / 7));
    }
    return error(numbers, whole, 1.3f / 7);
  }

  /** The squared error of what the rows answer to the inputs. */
  private static double lost(Encoded encoded, float[][] inputs, Storage plain) {
    boolean int8 = plain == SymmetricInt8.PER_CHANNEL;
    float[] numbers = numbers();
    double sum = 0;
    for (float[] input : inputs) {
      for (int row = 0; row < ROWS; row++) {
        double answer = 0;
        for (int i = 0; i < WIDTH; i++) {
          int at = row * WIDTH + i;
          byte whole = encoded.bytes()[int8 ? at : at / 2];
          int q = int8 ? whole : at % 2 == 0 ? (byte) (whole << 4) >> 4 : whole >> 4;
          answer += input[i] * (numbers[at] - q * encoded.scales()[row]);
        }
        sum += answer * answer;
      }
    }
    return sum;
  }
}
