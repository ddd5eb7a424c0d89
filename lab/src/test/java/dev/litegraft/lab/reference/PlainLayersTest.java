package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainLayersTest {
  private static final float CLOSE = 1e-6f;

  private final PlainLayers f = PlainLayers.of(2);

  @Test
  void anEmbeddingReadsRowsOfTheTable() {
    Embedding table =
        new Embedding("embed", TensorViews.of("w", Shape.of(3, 2), 0, 1, 10, 11, 20, 21));

    Array x = f.embedding(Array.ofRows(new int[] {2, 0}, new int[] {1, 1}), table);

    assertThat(x.shape()).isEqualTo(Shape.of(2, 2, 2));
    assertThat(x.numbers()).containsExactly(20, 21, 0, 1, 10, 11, 10, 11);
  }

  @Test
  void anIdOutsideOfTheTableIsNamed() {
    Embedding table = new Embedding("embed", TensorViews.of("w", Shape.of(2, 1), 0, 1));

    assertThatThrownBy(() -> f.embedding(Array.ofRows(new int[] {0, 0}, new int[] {1, 2}), table))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            "index 2 is outside of the table's 2 rows\n  where: embed, text 1, token 1\n");
  }

  @Test
  void rmsNormDividesByTheRootMeanSquare() {
    RmsNorm norm = new RmsNorm("norm", TensorViews.of("w", Shape.of(2), 1, 2), 1.5);

    // The mean of 9 and 16 is 12.5, and with epsilon 14.
    assertThat(f.rmsNorm(Array.of(Shape.of(1, 1, 2), 3, 4), norm).numbers())
        .containsExactly(new float[] {0.8017837f, 2.13809f}, within(CLOSE));
  }

  @Test
  void layerNormCentresAndDividesByTheDeviation() {
    TensorData weight = TensorViews.of("w", Shape.of(2), 1, 2);
    TensorData bias = TensorViews.of("b", Shape.of(2), 10, 20);
    Array x = Array.of(Shape.of(1, 1, 2), 3, 7);

    // The mean is 5, the variance 4.
    assertThat(f.layerNorm(x, new LayerNorm("n", weight, Optional.of(bias), 0)).numbers())
        .containsExactly(new float[] {9, 22}, within(CLOSE));
    assertThat(f.layerNorm(x, new LayerNorm("n", weight, Optional.empty(), 5)).numbers())
        .containsExactly(new float[] {-2 / 3f, 4 / 3f}, within(CLOSE));
  }

  @Test
  void softmaxOfLargeNumbersIsFinite() {
    assertThat(f.softmax(Array.of(Shape.of(1, 3), 1000, 1000, -1000)).numbers())
        .containsExactly(0.5f, 0.5f, 0);
  }

  @Test
  void normalizedRowsHaveLengthOneAndZeroStaysZero() {
    assertThat(f.normalize(Array.of(Shape.of(2, 2), 3, 4, 0, 0)).numbers())
        .containsExactly(new float[] {0.6f, 0.8f, 0, 0}, within(CLOSE));
  }

  @Test
  void additionRepeatsDimensionsOfOne() {
    Array rows = Array.of(Shape.of(2, 1), 10, 20);
    Array columns = Array.of(Shape.of(1, 1, 3), 1, 2, 3);

    Array sum = f.add(rows, columns);

    assertThat(sum.shape()).isEqualTo(Shape.of(1, 2, 3));
    assertThat(sum.numbers()).containsExactly(11, 12, 13, 21, 22, 23);
    assertThat(f.multiply(columns, rows).numbers()).containsExactly(10, 20, 30, 20, 40, 60);
  }

  @Test
  void shapesThatCannotBeBroadcastAreNamed() {
    Array two = Array.filled(Shape.of(1, 2), 0);

    assertThatThrownBy(() -> f.add(two, Array.filled(Shape.of(3), 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[1, 2] and [3] cannot be broadcast together");
  }

  @Test
  void affineAndSoftCapWorkNumberByNumber() {
    Array x = Array.of(Shape.of(2), 1, -2);

    assertThat(f.affine(x, 3, 1).numbers()).containsExactly(4, -5);
    assertThat(f.softCap(x, 2).numbers())
        .containsExactly(
            new float[] {(float) (2 * Math.tanh(0.5)), (float) (2 * Math.tanh(-1))}, within(CLOSE));
  }

  @Test
  void headsAreSplitAndMerged() {
    Array x = Array.of(Shape.of(1, 2, 4), 0, 1, 2, 3, 10, 11, 12, 13);

    Array heads = f.splitHeads(x, 2);

    assertThat(heads.shape()).isEqualTo(Shape.of(1, 2, 2, 2));
    assertThat(heads.numbers()).containsExactly(0, 1, 10, 11, 2, 3, 12, 13);
    assertThat(f.mergeHeads(heads).shape()).isEqualTo(x.shape());
    assertThat(f.mergeHeads(heads).numbers()).containsExactly(x.numbers());
  }

  @Test
  void mergingUndoesSplittingForAnySize() {
    for (int seed = 0; seed < 20; seed++) {
      RandomArrays random = new RandomArrays(seed);
      int heads = random.size(1, 5);
      Array x = random.array(random.size(1, 3), random.size(1, 7), heads * random.size(1, 6));

      assertThat(f.mergeHeads(f.splitHeads(x, heads)).numbers()).containsExactly(x.numbers());
    }
  }

  @Test
  void matricesAreMultipliedWithBroadcasting() {
    for (int seed = 0; seed < 20; seed++) {
      RandomArrays random = new RandomArrays(seed);
      int m = random.size(1, 20);
      int k = random.size(1, 20);
      int n = random.size(1, 20);
      Array a = random.array(2, 1, m, k);
      Array b = random.array(3, k, n);
      Array turned = random.array(3, n, k);

      Array product = f.matMul(a, b, false);
      Array turnedProduct = f.matMul(a, turned, true);

      assertThat(product.shape()).isEqualTo(Shape.of(2, 3, m, n));
      for (int i = 0; i < product.numbers().length; i++) {
        int rowOfA = i / (3 * m * n) * m + i / n % m;
        int matrixOfB = i / (m * n) % 3;
        double sum = 0;
        double turnedSum = 0;
        for (int j = 0; j < k; j++) {
          double left = a.numbers()[rowOfA * k + j];
          sum += left * b.numbers()[(matrixOfB * k + j) * n + i % n];
          turnedSum += left * turned.numbers()[(matrixOfB * n + i % n) * k + j];
        }
        assertThat(product.numbers()[i]).isCloseTo((float) sum, within(CLOSE));
        assertThat(turnedProduct.numbers()[i]).isCloseTo((float) turnedSum, within(CLOSE));
      }
    }
  }

  @Test
  void relativeScoresReadTheRowOfTheDistance() {
    Array query = Array.of(Shape.of(1, 1, 2, 1), 1, 10);
    Array key = Array.of(Shape.of(1, 1, 2, 1), 100, 1000);
    // Distances −2, −1, 0, 1, 2.
    Array ofKeys = Array.of(Shape.of(1, 1, 5, 1), 2, 3, 5, 7, 8);
    Array ofQueries = Array.of(Shape.of(1, 1, 5, 1), 11, 13, 17, 19, 23);
    Array both = Array.of(Shape.of(1, 2, 5, 1), 2, 3, 5, 7, 8, 11, 13, 17, 19, 23);

    assertThat(f.relativePositions(Array.ofRows(new int[] {8, 9})).numbers())
        .containsExactly(-2, -1, 0, 1, 2);
    assertThat(f.relativeScores(Optional.of(query), Optional.empty(), ofKeys).numbers())
        .containsExactly(5, 7, 30, 50);
    assertThat(f.relativeScores(Optional.empty(), Optional.of(key), ofQueries).numbers())
        .containsExactly(1700, 13000, 1900, 17000);
    assertThat(f.relativeScores(Optional.of(query), Optional.of(key), both).numbers())
        .containsExactly(1705, 13007, 1930, 17050);
  }

  @Test
  void relativeScoresOfOneQueryReadARowForEachKey() {
    Array query = Array.of(Shape.of(1, 1, 1, 1), 10);
    Array key = Array.of(Shape.of(1, 1, 3, 1), 100, 1000, 10000);
    Array rows = Array.of(Shape.of(1, 2, 3, 1), 2, 3, 5, 7, 8, 9);
    Array picked = Array.of(Shape.of(1, 1, 3), 0, 1, 0);

    assertThat(f.positionsFrom(f.positions(Array.ofRows(new int[] {8, 9, 7})), picked).numbers())
        .containsExactly(-1, 0, 1);
    assertThat(f.relativeScoresOfOne(Optional.of(query), Optional.of(key), rows).numbers())
        .containsExactly(720, 8030, 90050);
  }

  @Test
  void probesHearOfModulesAndOfNamedValuesInOrder() {
    List<String> heard = new ArrayList<>();
    PlainLayers listening = f.with((path, value) -> heard.add(path + " " + value));
    TensorData weight = TensorViews.of("w", Shape.of(2, 2), 1, 0, 0, 1);

    Array x = listening.embedding(Array.ofRows(new int[] {1}), new Embedding("embed", weight));
    Array normed = listening.rmsNorm(x, new RmsNorm("norm", TensorViews.rows(weight, 0, 1), 1));
    Linear layer = new Linear("q_proj", weight, Optional.empty());
    listening.linears(normed, List.of(layer, layer.rows("k_proj", 0, 1)));
    listening.named(listening.add(x, normed), "layers.0");

    assertThat(heard)
        .containsExactly(
            "embed f32[1, 1, 2]",
            "norm f32[1, 1, 2]",
            "q_proj f32[1, 1, 2]",
            "k_proj f32[1, 1, 1]",
            "layers.0 f32[1, 1, 2]");
  }
}
