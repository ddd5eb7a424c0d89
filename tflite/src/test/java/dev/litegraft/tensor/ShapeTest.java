package dev.litegraft.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShapeTest {
  private static final int T = Shape.TOKENS;

  @Test
  void dimensionsOfTokensAreScaledAndSummedLikeFixedOnes() {
    Shape shape = Shape.of(1, 3 * T, 24 * (2 * T + 1), T, T + 7, 5);

    assertThat(shape).hasToString("[1, 3t, 48t+24, t, t+7, 5]");
    assertThat(shape.at(1)).isEqualTo(Shape.of(1, 3, 72, 1, 8, 5));
    assertThat(shape.at(512)).isEqualTo(Shape.of(1, 1536, 24600, 512, 519, 5));
    assertThat(shape.unknowns()).isEqualTo(4);
    assertThat(shape.isStatic()).isFalse();
  }

  @Test
  void elementsAreTheSameIfTheyAreForEveryNumberOfTokens() {
    assertThat(Shape.of(4, T, 2 * T + 1).sameElements(Shape.of(4 * (2 * T + 1), T))).isTrue();
    assertThat(Shape.of(T + 1, T + 1).sameElements(Shape.of(T, T + 2))).isFalse(); // t² + 2t + 1
    assertThat(Shape.of(2 * T, T + 1).sameElements(Shape.of(2 * T + 2, T))).isTrue();
    assertThat(Shape.of(T, 1).sameElements(Shape.of(1))).isFalse(); // the same for t = 1 alone
    assertThat(Shape.of(T).sameElements(Shape.of(T, T))).isFalse();
    assertThat(Shape.of(6).sameElements(Shape.of(2, 3))).isTrue();
  }
}
