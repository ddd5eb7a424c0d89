package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ErfTest {
  /** Both sides round a few times in f64. */
  private static final double ROUNDING = 1e-15;

  @Test
  void knownValuesAreMet() {
    assertThat(Erf.erf(0)).isZero();
    assertThat(Erf.erf(0.25)).isCloseTo(0.2763263901682369, within(ROUNDING));
    assertThat(Erf.erf(0.5)).isCloseTo(0.5204998778130465, within(ROUNDING));
    assertThat(Erf.erf(1)).isCloseTo(0.8427007929497149, within(ROUNDING));
    assertThat(Erf.erf(-2)).isCloseTo(-0.9953222650189527, within(ROUNDING));
    assertThat(Erf.erf(5)).isCloseTo(0.9999999999984626, within(ROUNDING));
    assertThat(Erf.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Erf.erf(Double.NaN)).isNaN();
  }

  @Test
  void everyRangeAgreesWithThePowerSeries() {
    for (double x = -6; x <= 6; x += 0.0137) {
      assertThat(Erf.erf(x)).as("erf(%s)", x).isCloseTo(series(x), within(1e-14));
    }
  }

  /** {@code 2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹ / (2n + 1)!!}: no sign changes, so nothing cancels. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; n < 300; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }
}
