package dev.litegraft.tokenizer.pattern;

/**
 * The matches of a pattern in one text, from left to right, none overlapping another. It belongs to
 * one thread.
 *
 * <p>An empty match right behind the match before it is passed over, as the native library does.
 */
public interface Matcher {
  /**
   * Goes to the next match.
   *
   * @throws dev.litegraft.tokenizer.error.TokenizerException if the pattern needs too many steps or
   *     too much memory for this text; its text names the pattern
   */
  boolean find();

  /** Where the match starts. */
  int start();

  /** Where the match ends: the index behind its last code point. */
  int end();
}
