package dev.litegraft.facts;

/** What is asked of a model. */
public enum Task {
  /** One row of logits a text. */
  SEQUENCE_CLASSIFICATION,
  /** One row of logits a token. */
  TOKEN_CLASSIFICATION,
  /** The last hidden states, which {@code embed} pools. */
  EMBEDDING
}
