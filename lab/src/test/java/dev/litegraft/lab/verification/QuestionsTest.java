package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final int PAD = 3;
  private static final long PLENTY = 10_000;

  private static Reach reach(int maxLength, Integer... lengths) {
    return new Reach(50, PAD, false, maxLength, List.of(lengths), true, 2, true);
  }

  private static Questions set(Reach reach, long budget) {
    return Questions.of(reach, List.of(), Optional.empty(), budget);
  }

  @Test
  void allTellingLengthsAreAskedAndTheMaximum() {
    assertThat(set(reach(128), PLENTY).forFile())
        .extracting(Question::length)
        .contains(1, 2, 7, 16, 31, 64, 128);
  }

  @Test
  void rowsArePaddedOnBothSidesAndHaveThePadTokenInside() {
    List<Question> questions = set(reach(128), PLENTY).forFile();
    assertThat(questions).filteredOn(p -> p.row().mask()[0] == 0).isNotEmpty();
    assertThat(questions).filteredOn(p -> p.row().mask()[p.length() - 1] == 0).isNotEmpty();
    assertThat(questions)
        .filteredOn(
            p -> !p.row().isPadded() && Arrays.stream(p.row().ids()).anyMatch(id -> id == PAD))
        .isNotEmpty();
    assertThat(questions).filteredOn(p -> p.row().hasTypes()).isNotEmpty();
  }

  @Test
  void withoutAMaskNothingIsPadded() {
    Reach reach = new Reach(50, PAD, false, 32, List.of(), false, 1, true);
    assertThat(set(reach, PLENTY).forFile())
        .noneMatch(p -> p.row().isPadded())
        .noneMatch(p -> p.row().hasTypes());
  }

  @Test
  void aSmallBudgetIsKeptAndWhatIsLeftOutIsNamed() {
    Questions set = set(reach(512), 40);
    assertThat(set.tokens()).isLessThanOrEqualTo(40);
    assertThat(set.forFile()).isNotEmpty();
    assertThat(set.leftOut()).contains("64 tokens", "the maximum length of 512 tokens");
  }

  @Test
  void shortRowsFillAStaticLengthForTheFileOnly() {
    Questions set = set(reach(16, 8, 16), PLENTY);
    assertThat(set.forFile()).extracting(Question::length).containsOnly(8, 16);
    assertThat(set.forReference()).extracting(Question::length).contains(1, 2, 7);
    assertThat(set.tokens())
        .isEqualTo(set.forReference().stream().mapToLong(Question::length).sum());
  }

  @Test
  void aRowWhoseFirstTokenIsPaddingIsComputedWhole() {
    Questions set = set(reach(16, 16), PLENTY);
    assertThat(set.forReference())
        .filteredOn(p -> p.row().mask()[0] == 0)
        .isNotEmpty()
        .allMatch(p -> p.length() == 16);
  }

  @Test
  void nothingIsComputedBehindTheCheckpointsLastPosition() {
    Questions set = set(reach(64, 128), PLENTY);
    assertThat(set.forFile()).extracting(Question::length).containsOnly(128);
    assertThat(set.forReference()).isNotEmpty().allMatch(p -> p.length() <= 64);
  }

  @Test
  void nothingIsLongerThanTheFileTakes() {
    assertThat(set(reach(1), PLENTY).forFile()).isNotEmpty().allMatch(p -> p.length() == 1);
  }

  @Test
  void theSameProbesAreAskedEveryTime() {
    List<Question> first = set(reach(64), PLENTY).forFile();
    List<Question> second = set(reach(64), PLENTY).forFile();
    assertThat(first).hasSameSizeAs(second);
    for (int i = 0; i < first.size(); i++) {
      assertThat(first.get(i).row().ids()).isEqualTo(second.get(i).row().ids());
    }
  }
}
