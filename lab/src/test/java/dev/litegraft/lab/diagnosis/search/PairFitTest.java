package dev.litegraft.lab.diagnosis.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.lab.diagnosis.faults.Dial;
import dev.litegraft.lab.diagnosis.faults.Hypothesis;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairFitTest {
  private static final Dial BASE =
      new Dial("rope_theta", 1e4, 100, 1e7, List.of(), value -> Hypothesis.NONE);
  private static final Dial SCALE =
      new Dial("attention_scale", 0.25, 0.01, 10, List.of(), value -> Hypothesis.NONE);

  /** Products of a scale and of what turns with a base: both move every number. */
  private static Optional<List<float[][]>> answers(double base, double scale) {
    float[] row = new float[24];
    for (int i = 0; i < row.length; i++) {
      double angle = (1 + i / 4) * Math.pow(base, -(i % 4 + 1) / 5.0);
      row[i] = (float) (scale * Math.cos(angle));
    }
    return Optional.of(List.<float[][]>of(new float[][] {row}));
  }

  private static PairFit fit(List<float[][]> file, double rounding) {
    return new PairFit(file, rounding, BASE, SCALE, PairFitTest::answers);
  }

  @Test
  void twoValuesThatMeetInOneAreBothMet() {
    List<float[][]> file = answers(43_210, 0.3275).orElseThrow();
    PairFit.Values found = fit(file, 1e-6).near(10_000, 0.25).orElseThrow();
    assertThat(found.first() / 43_210).isCloseTo(1, within(0.005));
    assertThat(found.second() / 0.3275).isCloseTo(1, within(0.001));
  }

  @Test
  void ofRoundedAnswersTheyAreMetAsNearAsTheseTell() {
    List<float[][]> file = answers(43_210, 0.3275).orElseThrow();
    float[] row = file.get(0)[0];
    for (int i = 0; i < row.length; i++) {
      row[i] = Math.round(row[i] * 1000) / 1000f;
    }
    PairFit.Values found = fit(file, 3e-4).near(10_000, 0.25).orElseThrow();
    assertThat(found.first() / 43_210).isCloseTo(1, within(0.1));
    assertThat(found.second() / 0.3275).isCloseTo(1, within(0.01));
  }

  @Test
  void whereTheModelHasNoAnswersThereIsNoFit() {
    PairFit none =
        new PairFit(
            answers(10, 1).orElseThrow(), 1e-6, BASE, SCALE, (base, scale) -> Optional.empty());
    assertThat(none.near(10_000, 0.25)).isEmpty();
  }
}
