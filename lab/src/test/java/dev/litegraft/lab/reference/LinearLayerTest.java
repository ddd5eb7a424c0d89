package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LinearLayerTest {
  private static final Workers TWO = new Workers(2);

  @Test
  void outputsAreSumsOfWeightedInputsAndTheBias() {
    Linear layer =
        new Linear(
            "score",
            TensorViews.of("w", Shape.of(2, 3), 1, 2, 3, 4, 5, 6),
            Optional.of(TensorViews.of("b", Shape.of(2), 10, 20)));

    Array y = LinearLayer.apply(layer, Array.of(Shape.of(1, 1, 3), 1, 0, -1), TWO);

    assertThat(y.shape()).isEqualTo(Shape.of(1, 1, 2));
    assertThat(y.numbers()).containsExactly(8, 18);
  }

  @Test
  void anySizeAgreesWithThreeNestedLoops() {
    for (int seed = 0; seed < 40; seed++) {
      RandomArrays random = new RandomArrays(seed);
      int in = random.size(1, 600);
      int out = random.size(1, 300);
      Array x = random.array(random.size(1, 3), random.size(1, 20), in);
      Array w = random.array(out, in);
      Array bias = random.array(out);
      Linear layer = layer(w, Optional.of(bias));

      Array y = LinearLayer.apply(layer, x, TWO);

      for (int row = 0; row < x.rows(); row++) {
        for (int o = 0; o < out; o++) {
          double sum = bias.numbers()[o];
          for (int i = 0; i < in; i++) {
            sum += (double) x.numbers()[row * in + i] * w.numbers()[o * in + i];
          }
          // The sum differs by its order alone, far below the rounding of the result to f32.
          assertThat((double) y.numbers()[row * out + o])
              .as("seed %s", seed)
              .isCloseTo(sum, within(1e-6 * Math.max(1, Math.abs(sum))));
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    RandomArrays random = new RandomArrays(7);
    Array x = random.array(2, 37, 515);
    Linear layer = layer(random.array(333, 515), Optional.empty());

    float[] one = LinearLayer.apply(layer, x, new Workers(1)).numbers();

    for (int threads = 2; threads <= 5; threads++) {
      assertThat(LinearLayer.apply(layer, x, new Workers(threads)).numbers()).containsExactly(one);
    }
  }

  @Test
  void aBigMatrixIsReadAFewRowsAtATime() {
    AtomicInteger largest = new AtomicInteger();
    TensorData huge =
        new Synthetic(Shape.of(20_000, 64)) {
          @Override
          public void read(long from, float[] out, int at, int count) {
            largest.accumulateAndGet(count, Math::max);
            out[at] = 1;
          }
        };

    LinearLayer.apply(new Linear("lm_head", huge, Optional.empty()), anyInput(64), TWO);

    assertThat(largest.get()).isLessThanOrEqualTo(128 * 64);
  }

  @Test
  void aFailedReadReachesTheCaller() {
    TensorData broken =
        new Synthetic(Shape.of(20_000, 64)) {
          @Override
          public void read(long from, float[] out, int at, int count) throws IOException {
            throw new IOException("the disk is gone");
          }
        };
    Linear layer = new Linear("lm_head", broken, Optional.empty());

    assertThatThrownBy(() -> LinearLayer.apply(layer, anyInput(64), TWO))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseMessage("the disk is gone");
  }

  @Test
  void anInputOfAnotherWidthIsNamed() {
    Linear layer = layer(new RandomArrays(1).array(2, 3), Optional.empty());

    assertThatThrownBy(() -> LinearLayer.apply(layer, anyInput(4), TWO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("w takes 3 inputs, not [1, 30, 4]");
  }

  private static Array anyInput(int width) {
    return new RandomArrays(3).array(1, 30, width);
  }

  private static Linear layer(Array weight, Optional<Array> bias) {
    return new Linear(
        "w",
        TensorViews.of("w", weight.shape(), weight.numbers()),
        bias.map(b -> TensorViews.of("b", b.shape(), b.numbers())));
  }

  /** A tensor without numbers of its own. */
  private abstract static class Synthetic implements TensorData {
    private final Shape shape;

    Synthetic(Shape shape) {
      this.shape = shape;
    }

    @Override
    public String name() {
      return "synthetic";
    }

    @Override
    public Shape shape() {
      return shape;
    }

    @Override
    public DType dtype() {
      return DType.F32;
    }
  }
}
