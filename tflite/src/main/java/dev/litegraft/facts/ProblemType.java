package dev.litegraft.facts;

import java.util.Arrays;
import java.util.Optional;

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

  /** The name in config.json, and in {@code litegraft.json}. */
  public String hfName() {
    return hfName;
  }

  /** The type of this name. */
  public static Optional<ProblemType> named(String hfName) {
    return Arrays.stream(values()).filter(type -> type.hfName.equals(hfName)).findFirst();
  }

  /** What transformers takes where a config says nothing: regression for one label. */
  public static ProblemType usual(int labels) {
    return labels == 1 ? REGRESSION : SINGLE_LABEL;
  }
}
