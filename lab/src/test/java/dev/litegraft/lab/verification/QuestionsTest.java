package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final int PAD = 3;
  private static final long PLENTY = 10_000;

  private static Questions.Frame frame(int maxLength, Integer... lengths) {
    return new Questions.Frame(50, PAD, false, maxLength, List.of(lengths), true, 2, true);
  }

  private static Questions set(Questions.Frame frame, long budget) {
    return Questions.of(frame, List.of(), Optional.empty(), budget);
  }

  @Test
  void allTellingLengthsAreAskedAndTheMaximum() {
    assertThat(set(frame(128), PLENTY).forFile())
        .extracting(Question::length)
        .contains(1, 2, 7, 16, 31, 64, 128);
  }

  @Test
  void rowsArePaddedOnBothSidesAndHaveThePadTokenInside() {
    List<Question> probes = set(frame(128), PLENTY).forFile();
    assertThat(probes).filteredOn(p -> p.mask()[0] == 0).isNotEmpty();
    assertThat(probes).filteredOn(p -> p.mask()[p.length() - 1] == 0).isNotEmpty();
    assertThat(probes)
        .filteredOn(p -> !p.isPadded() && Arrays.stream(p.ids()).anyMatch(id -> id == PAD))
        .isNotEmpty();
    assertThat(probes).filteredOn(Question::hasTypes).isNotEmpty();
  }

  @Test
  void withoutAMaskNothingIsPadded() {
    Questions.Frame frame = new Questions.Frame(50, PAD, false, 32, List.of(), false, 1, true);
    assertThat(set(frame, PLENTY).forFile())
        .noneMatch(Question::isPadded)
        .noneMatch(Question::hasTypes);
  }

  @Test
  void aSmallBudgetIsKeptAndWhatIsLeftOutIsNamed() {
    Questions set = set(frame(512), 40);
    assertThat(set.tokens()).isLessThanOrEqualTo(40);
    assertThat(set.forFile()).isNotEmpty();
    assertThat(set.leftOut()).contains("64 tokens", "the maximum length of 512 tokens");
  }

  @Test
  void shortRowsFillAStaticLengthForTheFileOnly() {
    Questions set = set(frame(16, 8, 16), PLENTY);
    assertThat(set.forFile()).extracting(Question::length).containsOnly(8, 16);
    assertThat(set.forReference()).extracting(Question::length).contains(1, 2, 7);
    assertThat(set.tokens())
        .isEqualTo(set.forReference().stream().mapToLong(Question::length).sum());
  }

  @Test
  void aRowWhoseFirstTokenIsPaddingIsComputedWhole() {
    Questions set = set(frame(16, 16), PLENTY);
    assertThat(set.forReference())
        .filteredOn(p -> p.mask()[0] == 0)
        .isNotEmpty()
        .allMatch(p -> p.length() == 16);
  }

  @Test
  void nothingIsLongerThanTheFileTakes() {
    assertThat(set(frame(1), PLENTY).forFile()).isNotEmpty().allMatch(p -> p.length() == 1);
  }

  @Test
  void theSameProbesAreAskedEveryTime() {
    List<Question> first = set(frame(64), PLENTY).forFile();
    List<Question> second = set(frame(64), PLENTY).forFile();
    assertThat(first).hasSameSizeAs(second);
    for (int i = 0; i < first.size(); i++) {
      assertThat(first.get(i).ids()).isEqualTo(second.get(i).ids());
    }
  }
}
