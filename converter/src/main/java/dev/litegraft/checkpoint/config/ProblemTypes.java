package dev.litegraft.checkpoint.config;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ProblemType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a config says a classifier's logits to mean. */
public final class ProblemTypes {
  private ProblemTypes() {}

  /**
   * The type that {@code problem_type} says; without the key what a cross-encoder's activation
   * says; else regression for one label, and one label of several, as transformers chooses.
   *
   * @throws InvalidInputException if the name is unknown
   */
  public static ProblemType of(HfConfig config, int labels) {
    Optional<String> activation = activation(config);
    if (!config.has("problem_type")) {
      boolean sigmoid = activation.map(name -> isSigmoid(config, name)).orElse(false);
      return sigmoid ? ProblemType.MULTI_LABEL : ProblemType.usual(labels);
    }
    String name = config.text("problem_type");
    return ProblemType.named(name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "unknown problem_type \""
                        + name
                        + "\"; known: "
                        + Arrays.stream(ProblemType.values())
                            .map(ProblemType::hfName)
                            .collect(Collectors.joining(", ")),
                    config.where(),
                    "correct the key, or remove it: transformers then takes "
                        + ProblemType.usual(labels).hfName()));
  }

  /** Of sentence-transformers' CrossEncoder, by the name of a class of torch. */
  private static Optional<String> activation(HfConfig config) {
    Optional<String> own =
        config
            .at("sentence_transformers")
            .filter(s -> s.has("activation_fn"))
            .map(s -> s.text("activation_fn"));
    String older = "sbert_ce_default_activation_function";
    return own.isPresent() || !config.has(older) ? own : Optional.of(config.text(older));
  }

  private static boolean isSigmoid(HfConfig config, String activation) {
    if (!activation.endsWith(".Sigmoid") && !activation.endsWith(".Identity")) {
      throw new InvalidInputException(
          "the cross-encoder's activation is "
              + activation
              + ", where torch's Sigmoid and Identity are known",
          config.where(),
          "say what the logits are in problem_type: multi_label_classification for sigmoid,"
              + " single_label_classification for softmax, regression for plain numbers");
    }
    return activation.endsWith(".Sigmoid");
  }
}
