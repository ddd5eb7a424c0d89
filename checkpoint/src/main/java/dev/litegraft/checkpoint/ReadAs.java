package dev.litegraft.checkpoint;

/** What a folder is read as, where a user says it instead of the folder. */
public enum ReadAs {
  /** The class with a classification head. */
  CLASSIFIER,
  /** The bare model, whose tokens' vectors become one. */
  EMBEDDER
}
