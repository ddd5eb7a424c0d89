package dev.litegraft.checkpoint;

import dev.litegraft.error.InvalidInputException;

/** What a classifier's logits mean. Source: {@code problem_type} of transformers' configs. */
public enum ProblemType {
  /** One of the labels is right: softmax. */
  SINGLE_LABEL("single_label_classification"),
  /** Each label is right or not by itself: sigmoid. */
  MULTI_LABEL("multi_label_classification"),
  /** The logits are the answer. */
  REGRESSION("regression");

  private final String hfName;

  ProblemType(String hfName) {
    this.hfName = hfName;
  }

  /** The name in config.json. */
  public String hfName() {
    return hfName;
  }

  /**
   * The type that {@code problem_type} says; without the key regression for one label, else one
   * label of several, as transformers chooses.
   *
   * @throws InvalidInputException if the name is unknown
   */
  public static ProblemType of(HfConfig config, int labels) {
    if (!config.has("problem_type")) {
      return labels == 1 ? REGRESSION : SINGLE_LABEL;
    }
    String name = config.text("problem_type");
    for (ProblemType type : values()) {
      if (type.hfName.equals(name)) {
        return type;
      }
    }
    throw new InvalidInputException(
        "unknown problem_type \""
            + name
            + "\"; known: single_label_classification, multi_label_classification, regression",
        config.where(),
        "correct the key, or remove it: transformers then takes "
            + (labels == 1 ? REGRESSION : SINGLE_LABEL).hfName);
  }
}
