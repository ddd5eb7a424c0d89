package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.json.Json;
import java.util.List;
import java.util.Set;

/**
 * The function behind a dense layer of sentence-transformers, which saves the name of torch's class
 * and nothing else: what is loaded again has that class's default parameters. Source: {@code
 * sentence_transformers/base/modules/dense.py}.
 */
final class DenseActivation {
  private static final String KEY = "activation_function";
  private static final String TANH = "torch.nn.modules.activation.Tanh";

  /** Classes without parameters of their own, number by number. */
  private static final Set<String> NAMED_AS_TORCH =
      Set.of(
          "CELU",
          "ELU",
          "Hardshrink",
          "Hardsigmoid",
          "Hardswish",
          "Hardtanh",
          "LogSigmoid",
          "RReLU",
          "SELU",
          "Softplus",
          "Softshrink",
          "Softsign",
          "Tanhshrink");

  private DenseActivation() {}

  /**
   * The name of the function: Hugging Face's, or {@code torch.nn.ELU} where that has none.
   *
   * @param notes what is added to, where the library takes another one than the folder names
   */
  static String read(HfConfig config, List<String> notes) {
    String type = config.text(KEY, TANH);
    if (!type.startsWith("torch.")) {
      notes.add(
          KEY
              + " of "
              + config.where()
              + " is "
              + Json.show(type)
              + ", which sentence-transformers does not trust: it takes Tanh, and so does the"
              + " file");
      return "tanh";
    }
    String name = type.substring(type.lastIndexOf('.') + 1);
    return switch (name) {
      case "Tanh" -> "tanh";
      // What is dropped is dropped in training.
      case "Identity", "Dropout", "AlphaDropout" -> "linear";
      case "ReLU" -> "relu";
      case "ReLU6" -> "relu6";
      case "LeakyReLU" -> "leaky_relu";
      case "GELU" -> "gelu";
      case "SiLU" -> "silu";
      case "Mish" -> "mish";
      case "Sigmoid" -> "sigmoid";
      default -> {
        if (NAMED_AS_TORCH.contains(name)) {
          yield "torch.nn." + name;
        }
        throw new InvalidCheckpointException(
            "activation_function is "
                + Json.show(type)
                + ", where torch's functions that work number by number and have no parameters"
                + " of their own can be converted",
            config.where() + ", " + KEY,
            "use a model whose dense layer has another function, Tanh or Identity for example");
      }
    };
  }
}
