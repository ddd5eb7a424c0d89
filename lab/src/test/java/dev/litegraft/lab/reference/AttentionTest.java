package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.layer.Scores;
import dev.litegraft.layer.Span;
import dev.litegraft.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static final PlainLayers F = PlainLayers.of(2);

  @Test
  void twoKeysAreWeighedBySoftmax() {
    Array query = Array.of(Shape.of(1, 1, 1, 2), 1, 2);
    Array key = Array.of(Shape.of(1, 1, 2, 2), 1, 0, 0, 1);
    Array value = Array.of(Shape.of(1, 1, 2, 1), 10, 20);
    Array mask = Array.filled(Shape.of(1, 1, 1, 2), 0);

    Array mixed = F.attention(query, key, value, scores(mask, 0.5, 0));

    double first = 1 / (1 + Math.exp(0.5));
    assertThat(mixed.numbers()[0]).isCloseTo((float) (20 - 10 * first), within(1e-5f));
  }

  @Test
  void anySizeAgreesWithTheComposedFormula() {
    for (int seed = 0; seed < 30; seed++) {
      RandomArrays random = new RandomArrays(seed);
      int b = random.size(1, 3);
      int k = random.size(1, 3);
      int h = k * random.size(1, 3);
      int e = random.size(1, 40);
      int t = random.size(1, 150);
      int q = seed % 3 == 0 ? 1 : t;
      double cap = seed % 2 == 0 ? 0 : 1.5;
      Array query = random.array(b, h, q, e);
      Array key = random.array(b, k, t, e);
      Array value = random.array(b, k, t, e);
      Array mask = random.array(seed % 5 == 0 ? 1 : b, 1, seed % 4 == 0 ? 1 : q, t);

      Array bias = random.array(1, seed % 2 == 0 ? h : 1, seed % 7 == 0 ? 1 : q, t);

      Array mixed = F.attention(query, key, value, scores(mask, 0.3, cap).withBias(bias));

      Array[] heads = {repeated(key, h), repeated(value, h)};
      Array scores = F.scale(F.matMul(query, heads[0], true), 0.3);
      Array capped = cap == 0 ? scores : F.softCap(scores, cap);
      Array expected = F.matMul(F.softmax(F.add(F.add(capped, bias), mask)), heads[1], false);
      assertThat(mixed.shape()).isEqualTo(Shape.of(b, h, q, e));
      // The composed formula rounds to f32 after every step.
      assertThat(mixed.numbers())
          .as("seed %s", seed)
          .containsExactly(expected.numbers(), within(2e-5f));
    }
  }

  @Test
  void aHiddenKeyHasNoEffectAtAll() {
    RandomArrays random = new RandomArrays(5);
    Array query = random.array(1, 1, 3, 4);
    Array key = random.array(1, 1, 3, 4);
    Array value = random.array(1, 1, 3, 4);
    float[] numbers = value.numbers().clone();
    Arrays.fill(numbers, 8, 12, 1e30f);
    Array changed = Array.of(value.shape(), numbers);
    Array mask = F.mask(Array.ofRows(new int[] {1, 1, 0}), Span.CAUSAL);

    assertThat(F.attention(query, key, changed, scores(mask, 100, 0)).numbers())
        .containsExactly(F.attention(query, key, value, scores(mask, 100, 0)).numbers());
  }

  @Test
  void aQueryThatSeesNothingWeighsAllKeysAlike() {
    RandomArrays random = new RandomArrays(6);
    Array query = random.array(1, 1, 2, 4);
    Array key = random.array(1, 1, 2, 4);
    Array value = Array.of(Shape.of(1, 1, 2, 1), 1, 3);
    Array mask = F.mask(Array.ofRows(new int[] {0, 0}), Span.CAUSAL);

    assertThat(F.attention(query, key, value, scores(mask, 1, 0)).numbers()).containsExactly(2, 2);
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    RandomArrays random = new RandomArrays(8);
    Array query = random.array(2, 4, 130, 16);
    Array key = random.array(2, 2, 130, 16);
    Array value = random.array(2, 2, 130, 16);
    Array mask = Array.filled(Shape.of(2, 1, 1, 130), 0);

    assertThat(PlainLayers.of(5).attention(query, key, value, scores(mask, 0.25, 0)).numbers())
        .containsExactly(
            PlainLayers.of(1).attention(query, key, value, scores(mask, 0.25, 0)).numbers());
  }

  @Test
  void shapesThatDoNotBelongTogetherAreNamed() {
    Array x = Array.filled(Shape.of(1, 2, 3, 4), 0);

    assertThatThrownBy(
            () -> F.attention(x, x, x, scores(Array.filled(Shape.of(1, 1, 1, 5), 0), 1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "attention of queries [1, 2, 3, 4], keys [1, 2, 3, 4], values [1, 2, 3, 4], mask"
                + " [1, 1, 1, 5]");
  }

  @Test
  void aBiasThatDoesNotBelongToTheKeysIsNamed() {
    Array x = Array.filled(Shape.of(1, 2, 3, 4), 0);
    Scores<Array> scores = scores(Array.filled(Shape.of(1, 1, 1, 3), 0), 1, 0);

    assertThatThrownBy(
            () -> F.attention(x, x, x, scores.withBias(Array.filled(Shape.of(1, 2, 3, 4), 0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("mask [1, 1, 1, 3] and bias [1, 2, 3, 4]");
  }

  private static Scores<Array> scores(Array mask, double scale, double cap) {
    return new Scores<>(mask, scale, cap, Optional.empty());
  }

  /** [b, k, t, e] to [b, h, t, e]: each head h / k times in a row. */
  private static Array repeated(Array x, int heads) {
    int times = heads / x.dim(1);
    int size = x.dim(2) * x.dim(3);
    float[] out = new float[x.numbers().length * times];
    for (int i = 0; i < out.length / size; i++) {
      System.arraycopy(x.numbers(), i / times * size, out, i * size, size);
    }
    return Array.of(x.shape().with(1, heads), out);
  }
}
