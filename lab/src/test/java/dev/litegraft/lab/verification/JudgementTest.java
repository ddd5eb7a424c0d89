package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.facts.ProblemType;
import dev.litegraft.facts.Task;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JudgementTest {
  private static final Answer.Meaning LABELS =
      new Answer.Meaning(Task.SEQUENCE_CLASSIFICATION, ProblemType.SINGLE_LABEL, 2);
  private static final Answer.Meaning TOKENS =
      new Answer.Meaning(Task.TOKEN_CLASSIFICATION, ProblemType.SINGLE_LABEL, 2);
  private static final Answer.Meaning EMBEDDING =
      new Answer.Meaning(Task.EMBEDDING, ProblemType.REGRESSION, 2);
  private static final Answer.Meaning SEVERAL =
      new Answer.Meaning(Task.SEQUENCE_CLASSIFICATION, ProblemType.MULTI_LABEL, 2);

  private static Answer answer(Answer.Meaning meaning, float[] expected, float... actual) {
    int[] ids = {5, 6};
    return Answer.of(
        Question.of("two tokens", Optional.empty(), ids, new int[2]), expected, actual, meaning);
  }

  private static float[] numbers(float... numbers) {
    return numbers;
  }

  @Test
  void theToleranceGrowsWithTheLogits() {
    Answer small = answer(LABELS, numbers(1, -1), 1.0005f, -1);
    Answer large = answer(LABELS, numbers(10, -10), 10.0005f, -10);
    assertThat(Judgement.of(List.of(small), StoredAs.F32, LABELS).match()).isFalse();
    assertThat(Judgement.of(List.of(large), StoredAs.F32, LABELS).match()).isTrue();
    assertThat(Judgement.of(List.of(small), StoredAs.F16, LABELS).match()).isTrue();
  }

  @Test
  void notANumberNeverMatches() {
    Answer none = answer(LABELS, numbers(1, -1), Float.NaN, -1);
    assertThat(none.maxAbs()).isInfinite();
    for (StoredAs storage : StoredAs.values()) {
      Judgement judgement = Judgement.of(List.of(none), storage, LABELS);
      assertThat(judgement.match()).isFalse();
      assertThat(judgement.reason()).startsWith("it answers NaN");
    }
    Answer both = answer(LABELS, numbers(Float.NaN, -1), Float.NaN, -1);
    assertThat(Judgement.of(List.of(both), StoredAs.F32, LABELS).reason())
        .startsWith("the checkpoint itself");
  }

  @Test
  void roundingMayDecideBetweenTwoLabelsThatAreClose() {
    Answer plain = answer(LABELS, numbers(4, -4), 4.01f, -4);
    Answer close = answer(LABELS, numbers(0.02f, 0), 0, 0.02f);
    Answer sure = answer(LABELS, numbers(0.4f, -0.4f), -0.1f, 0.1f);
    assertThat(close.flips()).isEqualTo(1);
    assertThat(Judgement.of(List.of(plain, close), StoredAs.INT8, LABELS).match()).isTrue();
    assertThat(Judgement.of(List.of(plain, close, sure), StoredAs.INT8, LABELS))
        .matches(j -> !j.match() && j.reason().contains("of which the checkpoint is sure"));
  }

  @Test
  void paddingIsNotJudged() {
    Question padded =
        Question.of("one token", Optional.empty(), new int[] {5}, new int[1])
            .padded(2, 0, false, "one token, padded right");
    Answer answer = Answer.of(padded, numbers(1, 2, 3, 4), numbers(1, 2, 9, Float.NaN), TOKENS);
    assertThat(answer.maxAbs()).isZero();
    assertThat(answer.labels()).isEqualTo(1);
  }

  @Test
  void embeddingsAreJudgedByTheirAngle() {
    Answer turned = answer(EMBEDDING, numbers(1, 0), 0, 1);
    assertThat(turned.kl()).isCloseTo(1, within(1e-9));
    assertThat(turned.labels()).isZero();
    assertThat(Judgement.of(List.of(turned), StoredAs.INT8, EMBEDDING).match()).isFalse();
  }

  @Test
  void ofSeveralLabelsEachCounts() {
    Answer answer = answer(SEVERAL, numbers(2, 0.1f), 2, -0.1f);
    assertThat(answer.labels()).isEqualTo(2);
    assertThat(answer.flips()).isEqualTo(1);
    assertThat(answer.margin()).isLessThan(0.1);
    assertThat(answer.kl()).isPositive();
  }

  @Test
  void theDivergenceIsThatOfTheTextbook() {
    // Σ p ln(p/q) of (1/2, 1/2) from (1/4, 3/4)
    double expected = 0.5 * Math.log(2) + 0.5 * Math.log(2 / 3.0);
    Answer answer = answer(LABELS, numbers(0, 0), 0, (float) Math.log(3));
    assertThat(answer.kl()).isCloseTo(expected, within(1e-7));
  }
}
