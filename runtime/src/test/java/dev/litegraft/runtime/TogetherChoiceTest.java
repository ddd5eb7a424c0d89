package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Texts whose times are made up: one alone takes as long as its tokens say, and some noise. */
class TogetherChoiceTest {
  private final Random random = new Random(1);

  /** The time of texts of these numbers of tokens, in that of all alone. */
  private double total(TogetherChoice choice, int least, int most, IntToDoubleFunction ratio) {
    double all = 0;
    double alone = 0;
    for (int i = 0; i < 1000; i++) {
      int tokens = least + random.nextInt(most - least + 1);
      double time = (tokens + 20) * 1e4 * (1 + 0.1 * random.nextGaussian());
      boolean together = choice.next(tokens);
      double taken = together ? time * ratio.applyAsDouble(tokens) : time;
      choice.took(together, tokens, taken);
      all += taken;
      alone += time;
    }
    return all / alone;
  }

  @Test
  void whatIsFasterTogetherIsAnsweredTogether() {
    TogetherChoice choice = new TogetherChoice();
    assertThat(total(choice, 4, 8, tokens -> 0.5)).isLessThan(0.53);
    assertThat(choice.pays(6)).isTrue();
  }

  @Test
  void whatIsSlowerTogetherIsAnsweredAlone() {
    TogetherChoice choice = new TogetherChoice();
    assertThat(total(choice, 33, 40, tokens -> 1.5)).isLessThan(1.03);
    assertThat(choice.pays(36)).isFalse();
  }

  @Test
  void eachLengthDecidesForItself() {
    TogetherChoice choice = new TogetherChoice();
    double taken = total(choice, 1, 64, tokens -> tokens <= 32 ? 0.5 : 1.5);
    assertThat(taken).isLessThan(0.95);
    assertThat(choice.pays(8)).isTrue();
    assertThat(choice.pays(25)).isTrue();
    assertThat(choice.pays(40)).isFalse();
    assertThat(choice.pays(64)).isFalse();
  }

  @Test
  void itIsAskedAgainFromTimeToTime() {
    TogetherChoice choice = new TogetherChoice();
    double before = total(choice, 12, 14, tokens -> 1.5);
    assertThat(choice.pays(13)).isFalse();
    double after = total(choice, 12, 14, tokens -> 0.5);
    assertThat(choice.pays(13)).isTrue();
    assertThat(after).isLessThan(before);
  }

  @Test
  void beforeAnythingIsKnownTextsAreAnsweredTogether() {
    assertThat(new TogetherChoice().pays(8)).isTrue();
    assertThat(new TogetherChoice().next(8)).isTrue();
  }
}
