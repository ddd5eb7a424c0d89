package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.layer.Span;
import dev.litegraft.tensor.Shape;
import org.junit.jupiter.api.Test;

class TokensTest {
  private static final float NO = Tokens.HIDDEN;

  private final PlainLayers f = PlainLayers.of(1);
  private final Array ids = Array.ofRows(new int[] {7, 0, 7}, new int[] {0, 0, 0});

  @Test
  void positionsCountInEveryText() {
    assertThat(f.positions(ids).numbers()).containsExactly(0, 1, 2, 0, 1, 2);
  }

  @Test
  void differsMarksOtherIds() {
    assertThat(f.differs(ids, 0).numbers()).containsExactly(1, 0, 1, 0, 0, 0);
  }

  @Test
  void theRunningSumBeginsAgainInEveryText() {
    assertThat(f.runningSum(f.differs(ids, 0)).numbers()).containsExactly(1, 1, 2, 0, 0, 0);
  }

  @Test
  void theLastFlagIsPickedAndTheFirstTokenWithoutFlags() {
    Array last = f.lastWhere(f.differs(ids, 0));

    assertThat(last.shape()).isEqualTo(Shape.of(2, 1, 3));
    assertThat(last.numbers()).containsExactly(0, 0, 1, 1, 0, 0);
    assertThat(f.lastWhere(Array.of(Shape.of(1, 3), 5, 5, 0)).numbers()).containsExactly(0, 1, 0);
    assertThat(f.firstToken(ids).numbers()).containsExactly(1, 0, 0, 1, 0, 0);
  }

  @Test
  void aCausalMaskHidesWhatFollowsAndPadding() {
    Array mask = f.mask(Array.ofRows(new int[] {1, 1, 1}, new int[] {0, 1, 1}), Span.CAUSAL);

    assertThat(mask.shape()).isEqualTo(Shape.of(2, 1, 3, 3));
    assertThat(mask.numbers())
        .containsExactly(0, NO, NO, 0, 0, NO, 0, 0, 0, NO, NO, NO, NO, 0, NO, NO, 0, 0);
  }

  @Test
  void aWindowHidesWhatIsFar() {
    Array attended = Array.ofRows(new int[] {1, 1, 1});

    assertThat(f.mask(attended, Span.causalWindow(2)).numbers())
        .containsExactly(0, NO, NO, 0, 0, NO, NO, 0, 0);
    assertThat(f.mask(attended, Span.within(1)).numbers())
        .containsExactly(0, 0, NO, 0, 0, 0, NO, 0, 0);
  }

  @Test
  void aBidirectionalMaskHasOneRow() {
    Array mask = f.mask(Array.ofRows(new int[] {1, 0}), Span.BIDIRECTIONAL);

    assertThat(mask.shape()).isEqualTo(Shape.of(1, 1, 1, 2));
    assertThat(mask.numbers()).containsExactly(0, NO);
  }

  @Test
  void allHiddenKeysHaveOneScore() {
    Array mask = f.mask(Array.ofRows(new int[] {1, 0, 0}), Span.BIDIRECTIONAL);

    Array masked = f.masked(Array.of(Shape.of(1, 1, 1, 3), 5, -1000, 1e9f), mask);

    assertThat(masked.numbers()).containsExactly(5, NO, NO);
  }

  @Test
  void averagesCountAttendedTokensOnly() {
    Array weights = f.averaging(Array.ofRows(new int[] {1, 1, 0, 0}, new int[] {0, 0, 0, 0}));

    assertThat(weights.shape()).isEqualTo(Shape.of(2, 1, 4));
    assertThat(weights.numbers()).containsExactly(0.5f, 0.5f, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void aTokenIsPickedOfRowsMasksAndAngles() {
    Array one = Array.of(Shape.of(2, 1, 2), 0, 1, 1, 0);
    Array rows = Array.of(Shape.of(2, 2, 1), 1, 2, 3, 4);
    Array heads = Array.of(Shape.of(2, 2, 2, 1), 1, 2, 3, 4, 5, 6, 7, 8);
    Array mask = f.mask(Array.ofRows(new int[] {1, 1}, new int[] {1, 1}), Span.CAUSAL);

    assertThat(f.pick(one, rows).shape()).isEqualTo(Shape.of(2, 1, 1));
    assertThat(f.pick(one, rows).numbers()).containsExactly(2, 3);
    assertThat(f.pick(one, heads).shape()).isEqualTo(Shape.of(2, 2, 1, 1));
    assertThat(f.pick(one, heads).numbers()).containsExactly(2, 4, 5, 7);
    assertThat(f.pick(one, mask).shape()).isEqualTo(Shape.of(2, 1, 1, 2));
    assertThat(f.pick(one, mask).numbers()).containsExactly(0, 0, 0, NO);
  }

  @Test
  void whatIsTheSameForAllTokensOrTextsIsPickedToo() {
    Array one = Array.of(Shape.of(2, 1, 2), 0, 1, 1, 0);
    Array oneRow = Array.filled(Shape.of(2, 1, 1, 2), 3);
    Array table = Array.of(Shape.of(1, 2, 1), 10, 20);

    assertThat(f.pick(one, oneRow)).isSameAs(oneRow);
    assertThat(f.pick(one, table).shape()).isEqualTo(Shape.of(2, 1, 1));
    assertThat(f.pick(one, table).numbers()).containsExactly(20, 10);
  }

  @Test
  void aTokenThatIsNotPickedMayBeNaN() {
    Array rows = Array.of(Shape.of(1, 2, 1), Float.NaN, 5);

    assertThat(f.pick(Array.of(Shape.of(1, 1, 2), 0, 1), rows).numbers()).containsExactly(5);
  }

  @Test
  void tokensOfAnotherTextLengthAreNamed() {
    Array one = Array.of(Shape.of(1, 1, 2), 0, 1);

    assertThatThrownBy(() -> f.pick(one, Array.filled(Shape.of(1, 3, 4), 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token weights [1, 1, 2] for [1, 3, 4]");
  }

  @Test
  void theLargestNumberIsThatOfAnAttendedToken() {
    Array x = Array.of(Shape.of(2, 2, 2), 1, -4, 9, -9, -1, -2, -3, 5);
    Array attended = Array.ofRows(new int[] {1, 0}, new int[] {1, 1});

    Array largest = f.maxOverTokens(x, attended);

    assertThat(largest.shape()).isEqualTo(Shape.of(2, 1, 2));
    assertThat(largest.numbers()).containsExactly(1, -4, -1, 5);
  }

  @Test
  void aColumnBroadcastsOverItsRow() {
    assertThat(f.column(ids).shape()).isEqualTo(Shape.of(2, 3, 1));
  }
}
