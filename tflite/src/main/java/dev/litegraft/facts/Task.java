package dev.litegraft.facts;

/** What is asked of a model. */
public enum Task {
  /** One row of logits a text. */
  SEQUENCE_CLASSIFICATION,
  /** One row of logits a token. */
  TOKEN_CLASSIFICATION,
  /** Two logits a token: that an answer begins with it, and that it ends with it. */
  QUESTION_ANSWERING,
  /** The last hidden states, which {@code embed} pools. */
  EMBEDDING,
  /** A weight for each token of the vocabulary. */
  SPARSE_EMBEDDING,
  /** A vector a token. */
  TOKEN_EMBEDDING;

  /** Whether each token has an answer, and not the text. */
  public boolean everyToken() {
    return this == TOKEN_CLASSIFICATION || this == QUESTION_ANSWERING || this == TOKEN_EMBEDDING;
  }

  /** Whether the answers are vectors, and no logits. */
  public boolean embeds() {
    return this == EMBEDDING || this == SPARSE_EMBEDDING || this == TOKEN_EMBEDDING;
  }

  /** Whether the logits are those of labels that have names. */
  public boolean labels() {
    return this == SEQUENCE_CLASSIFICATION || this == TOKEN_CLASSIFICATION;
  }
}
