package dev.litegraft.facts;

/** What the numbers of a classifier's output are. */
public enum OutputForm {
  /** Logits, of which a program makes probabilities. */
  LOGITS,

  /** Probabilities: softmax or sigmoid, as the problem type says, is inside of the graph. */
  PROBABILITIES
}
