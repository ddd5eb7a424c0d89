package dev.litegraft.facts;

/** An end of a row of tokens: where it is filled up, or where a text that is too long is cut. */
public enum Side {
  /** Before the first token. */
  LEFT,
  /** After the last token. */
  RIGHT
}
