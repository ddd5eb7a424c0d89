package dev.litegraft.lab.verification;

import dev.litegraft.runtime.TokenRow;
import java.util.Optional;

/**
 * One row of tokens that the file and the checkpoint are asked about.
 *
 * @param name what it is, for people: {@code 16 tokens, padded left to 20}
 * @param text the text that the tokens were made of, if there was one
 * @param row the tokens
 */
record Question(String name, Optional<String> text, TokenRow row) {
  /** A row without padding. */
  static Question of(String name, Optional<String> text, int[] ids, int[] types) {
    return new Question(name, text, TokenRow.of(ids, null, types));
  }

  int length() {
    return row.length();
  }

  /** The same row, filled up to {@code length} tokens. */
  Question padded(int length, int padId, boolean left, String newName) {
    return new Question(newName, text, row.padded(length, padId, left));
  }

  /** The same row without the padding at its end. */
  Question trimmed() {
    return new Question(name, text, row.trimmed());
  }
}
