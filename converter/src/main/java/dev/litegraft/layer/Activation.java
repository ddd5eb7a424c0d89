package dev.litegraft.layer;

import dev.litegraft.error.InvalidCheckpointException;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Activation functions under the names that Hugging Face gives them. Source: {@code
 * transformers/activations.py}, ACT2FN.
 *
 * <p>Several names share a function; {@link #of} finds it.
 */
public enum Activation {
  /** {@code x · Φ(x)} by erf. */
  GELU("gelu gelu_python"),
  /** {@code x · Φ(x)} by the tanh approximation. */
  GELU_TANH("gelu_new gelu_fast gelu_pytorch_tanh gelu_python_tanh gelu_accurate"),
  /** {@link #GELU} kept within −10 and 10. */
  GELU_10("gelu_10"),
  /** {@code x · σ(1.702 x)}. */
  QUICK_GELU("quick_gelu"),
  RELU("relu"),
  /** {@code relu(x)²}. */
  RELU2("relu2"),
  /** {@code min(relu(x), 6)}. */
  RELU6("relu6"),
  /** x, or 0.01 x where x is negative. */
  LEAKY_RELU("leaky_relu"),
  /** {@code x · σ(x)}. */
  SILU("silu swish"),
  /** {@code x · tanh(log(1 + exp(x)))}. */
  MISH("mish"),
  SIGMOID("sigmoid"),
  /** {@code log(1 + relu(x))}, of SPLADE. */
  LOG1P("log1p_relu"),
  TANH("tanh"),
  LINEAR("linear"),
  // What only torch has names for, with the parameters of its defaults:
  // torch/nn/modules/activation.py.
  /** x, or {@code exp(x) − 1} where x is negative. */
  ELU("torch.nn.ELU torch.nn.CELU"),
  /** {@link #ELU} with factors that keep the variance. */
  SELU("torch.nn.SELU"),
  /** {@code log(1 + exp(x))}. */
  SOFTPLUS("torch.nn.Softplus"),
  /** {@code −log(1 + exp(−x))}. */
  LOG_SIGMOID("torch.nn.LogSigmoid"),
  /** x within −1 and 1. */
  HARD_TANH("torch.nn.Hardtanh"),
  /** {@code relu6(x + 3) / 6}. */
  HARD_SIGMOID("torch.nn.Hardsigmoid"),
  /** {@code x · relu6(x + 3) / 6}. */
  HARD_SWISH("torch.nn.Hardswish"),
  /** x, or 0 within −0.5 and 0.5. */
  HARD_SHRINK("torch.nn.Hardshrink"),
  /** x moved by 0.5 towards 0. */
  SOFT_SHRINK("torch.nn.Softshrink"),
  /** {@code x / (1 + |x|)}. */
  SOFT_SIGN("torch.nn.Softsign"),
  /** {@code x − tanh(x)}. */
  TANH_SHRINK("torch.nn.Tanhshrink"),
  /** x, or 11/48 x where x is negative: the mean of what training draws. */
  RRELU("torch.nn.RReLU");

  private static final String TORCH = "torch.";

  /** Hugging Face's names, a space between. */
  private final String names;

  Activation(String names) {
    this.names = names;
  }

  /**
   * The function that Hugging Face calls {@code name}.
   *
   * @param where the file and key that hold the name, for the message
   * @throws InvalidCheckpointException if it is unknown
   */
  public static Activation of(String name, String where) {
    for (Activation a : values()) {
      if (name.indexOf(' ') < 0 && (" " + a.names + " ").contains(" " + name + " ")) {
        return a;
      }
    }
    String known =
        Arrays.stream(values())
            .filter(a -> !a.names.startsWith(TORCH))
            .map(a -> a.names.replace(" ", ", "))
            .collect(Collectors.joining(", "));
    throw new InvalidCheckpointException(
        "unknown activation function \"" + name + "\"; known: " + known,
        where,
        "correct the key in a copy of the folder if it is a typing mistake");
  }

  /** The first of the names. */
  public String hfName() {
    int space = names.indexOf(' ');
    return space < 0 ? names : names.substring(0, space);
  }
}
