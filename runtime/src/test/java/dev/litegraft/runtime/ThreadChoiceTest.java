package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.runtime.ThreadChoice.Way;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Calls whose times are made up: a text takes as long as its tokens say, and some noise. */
class ThreadChoiceTest {
  private final Random random = new Random(1);
  private Way last = Way.ONE;

  /** The time of many calls, in that of one thread for all of them. */
  private double total(ThreadChoice choice, int calls, double ratio) {
    return total(choice, calls, way -> way == Way.ONE ? 1 : ratio);
  }

  private double total(ThreadChoice choice, int calls, ToDoubleFunction<Way> factor) {
    double all = 0;
    double one = 0;
    for (int i = 0; i < calls; i++) {
      int tokens = 4 + random.nextInt(120);
      double time = (tokens + 20) * 1e5 * (1 + 0.1 * random.nextGaussian());
      last = choice.next();
      double taken = time * factor.applyAsDouble(last);
      choice.took(last, tokens, (long) taken);
      all += taken;
      one += time;
    }
    return all / one;
  }

  @Test
  void whereSeveralThreadsWaitForEachOtherOneAnswers() {
    assertThat(total(new ThreadChoice(), 500, 3)).isLessThan(1.1);
    assertThat(last).isEqualTo(Way.ONE);
  }

  @Test
  void whereTheyAreFasterTheyAnswer() {
    assertThat(total(new ThreadChoice(), 500, 0.6)).isLessThan(0.6 * 1.1);
    assertThat(last).isEqualTo(Way.SEVERAL);
  }

  @Test
  void whatIsNotWorthItsCoresIsLeft() {
    total(new ThreadChoice(), 500, 0.97);
    assertThat(last).isEqualTo(Way.ONE);
  }

  @Test
  void aMachineThatBecomesQuietOrBusyIsNoticed() {
    ThreadChoice choice = new ThreadChoice();
    total(choice, 300, 3);
    assertThat(last).isEqualTo(Way.ONE);
    total(choice, 2000, 0.6);
    assertThat(last).isEqualTo(Way.SEVERAL);
    assertThat(total(choice, 2000, 3)).isLessThan(1.1);
    assertThat(last).isEqualTo(Way.ONE);
  }

  @Test
  void textsOfWhichNoTwoAreAlikeAreNotMeasuredForEver() {
    ThreadChoice choice = new ThreadChoice();
    for (int i = 0; i < 64; i++) {
      Way way = choice.next();
      choice.took(way, 1 << (i % 12), 1000);
    }
    assertThat(choice.next()).isEqualTo(Way.ONE);
    assertThat(choice.next()).isEqualTo(Way.ONE);
  }

  @Test
  void theFirstCallIsOneThreads() {
    assertThat(new ThreadChoice().next()).isEqualTo(Way.ONE);
  }
}
