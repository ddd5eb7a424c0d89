package dev.litegraft.lab.reference;

import dev.litegraft.layer.Activation;
import java.util.function.DoubleUnaryOperator;

/** Activation functions in f64. Source: {@code transformers/activations.py}. */
final class Activations {
  private static final double SQRT_HALF = Math.sqrt(0.5);
  private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

  private static final double SELU_SCALE = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  private Activations() {}

  /** The function. */
  static DoubleUnaryOperator of(Activation function) {
    return switch (function) {
      case GELU -> Activations::gelu;
      case GELU_TANH -> x -> 0.5 * x * (1 + Math.tanh(SQRT_2_OVER_PI * (x + 0.044715 * x * x * x)));
      case GELU_10 -> x -> Math.min(Math.max(gelu(x), -10), 10);
      case QUICK_GELU -> x -> x * sigmoid(1.702 * x);
      case RELU -> x -> Math.max(x, 0);
      case RELU2 -> x -> Math.max(x, 0) * Math.max(x, 0);
      case RELU6 -> x -> Math.min(Math.max(x, 0), 6);
      case LEAKY_RELU -> x -> x < 0 ? 0.01 * x : x;
      case SILU -> x -> x * sigmoid(x);
      case MISH -> x -> x * Math.tanh(softplus(x));
      case SIGMOID -> Activations::sigmoid;
      case LOG1P -> x -> Math.log1p(Math.max(x, 0));
      case TANH -> Math::tanh;
      case LINEAR -> x -> x;
      case ELU -> x -> x > 0 ? x : Math.expm1(x);
      case SELU -> x -> SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x));
      case SOFTPLUS -> Activations::softplus;
      case LOG_SIGMOID -> x -> -softplus(-x);
      case HARD_TANH -> x -> Math.min(Math.max(x, -1), 1);
      case HARD_SIGMOID -> Activations::hardSigmoid;
      case HARD_SWISH -> x -> x * hardSigmoid(x);
      case HARD_SHRINK -> x -> Math.abs(x) > 0.5 ? x : 0;
      case SOFT_SHRINK -> x -> x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0;
      case SOFT_SIGN -> x -> x / (1 + Math.abs(x));
      case TANH_SHRINK -> x -> x - Math.tanh(x);
      case RRELU -> x -> x < 0 ? (1.0 / 8 + 1.0 / 3) / 2 * x : x;
    };
  }

  private static double hardSigmoid(double x) {
    return Math.min(Math.max(x + 3, 0), 6) / 6;
  }

  private static double gelu(double x) {
    return 0.5 * x * (1 + Erf.erf(x * SQRT_HALF));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** {@code log(1 + exp(x))} without overflow. */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
