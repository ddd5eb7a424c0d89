package dev.litegraft.facts;

import java.util.List;

/** How the inputs of a signature are called. */
public enum SignatureNames {
  /** {@code input_ids}, {@code attention_mask}, {@code token_type_ids}. */
  HF,
  /** {@code args_0}, {@code args_1}, {@code args_2}: as Python exporters do. */
  POSITIONAL;

  /** The names of ids, mask and token types. */
  public List<String> inputs() {
    return switch (this) {
      case HF -> List.of("input_ids", "attention_mask", "token_type_ids");
      case POSITIONAL -> List.of("args_0", "args_1", "args_2");
    };
  }
}
