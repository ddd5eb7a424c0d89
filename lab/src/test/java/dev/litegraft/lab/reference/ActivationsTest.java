package dev.litegraft.lab.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.layer.Activation;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ActivationsTest {
  /** Values at −1.5, 0.5 and 7, from the formulas in Python's f64. */
  @ParameterizedTest
  @CsvSource({
    "GELU, -0.10021080190328713, 0.34573123063700656, 6.999999999991041",
    "GELU_TANH, -0.10042842301976707, 0.34571400982514394, 6.999999999999997",
    "QUICK_GELU, -0.10833780155292341, 0.35038843660638014, 6.999953128303318",
    "RELU, 0, 0.5, 7",
    "RELU2, 0, 0.25, 49",
    "RELU6, 0, 0.5, 6",
    "LEAKY_RELU, -0.015, 0.5, 7",
    "SILU, -0.2736382857095345, 0.3112296656009273, 6.993622641639195",
    "MISH, -0.29809974216680685, 0.3752452113048951, 6.999988379809741",
    "SIGMOID, 0.18242552380635635, 0.6224593312018546, 0.9990889488055994",
    "TANH, -0.9051482536448664, 0.46211715726000974, 0.9999983369439447",
    "LINEAR, -1.5, 0.5, 7",
    "GELU_10, -0.10021080190328713, 0.34573123063700656, 6.999999999991041",
    "ELU, -0.7768698398515702, 0.5, 7",
    "SELU, -1.3658143533672527, 0.5253504936777402, 7.354906911488364",
    "SOFTPLUS, 0.2014132779827524, 0.9740769841801067, 7.000911466453774",
    "LOG_SIGMOID, -1.7014132779827524, -0.4740769841801067, -0.0009114664537742447",
    "HARD_TANH, -1, 0.5, 1",
    "HARD_SIGMOID, 0.25, 0.5833333333333334, 1",
    "HARD_SWISH, -0.375, 0.2916666666666667, 7",
    "HARD_SHRINK, -1.5, 0, 7",
    "SOFT_SHRINK, -1, 0, 6.5",
    "SOFT_SIGN, -0.6, 0.3333333333333333, 0.875",
    "TANH_SHRINK, -0.5948517463551336, 0.03788284273999026, 6.0000016630560555",
    "RRELU, -0.34375, 0.5, 7"
  })
  void valuesAreThoseOfTheFormula(Activation function, double low, double middle, double high) {
    DoubleUnaryOperator f = Activations.of(function);

    assertThat(f.applyAsDouble(-1.5)).isCloseTo(low, within(1e-14));
    assertThat(f.applyAsDouble(0.5)).isCloseTo(middle, within(1e-14));
    assertThat(f.applyAsDouble(7)).isCloseTo(high, within(1e-14));
  }

  @Test
  void gelu10IsKeptWithinTen() {
    assertThat(Activations.of(Activation.GELU_10).applyAsDouble(25)).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void nothingOverflows(Activation function) {
    for (double x : new double[] {-1e4, -800, 800, 1e4}) {
      assertThat(Activations.of(function).applyAsDouble(x)).as("%s(%s)", function, x).isFinite();
    }
  }
}
