package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.OptionalInt;

/**
 * With what a row of tokens is filled up.
 *
 * @param length to how many tokens; absent for as many as the input has
 * @param multipleOf the length is rounded up to a multiple of this; 0 or 1 for no rounding
 * @param id the pad token's id
 * @param type the pad token's type
 * @param token what the pad token is called
 * @param left whether the tokens are filled up at the left
 */
public record Padding(
    OptionalInt length, int multipleOf, int id, int type, String token, boolean left) {
  /** Nobody has a use for longer rows, and a file could ask for any. */
  private static final int LONGEST = 1 << 20;

  /** Checks the numbers. */
  public Padding {
    if (length.orElse(0) < 0
        || length.orElse(0) > LONGEST
        || multipleOf < 0
        || multipleOf > LONGEST) {
      throw new TokenizerException(
          "padding to " + length.orElse(0) + " tokens or a multiple of " + multipleOf,
          "padding",
          "use at most " + LONGEST);
    }
  }

  /** Fills up a row. */
  void apply(Row row) {
    int wanted = length.orElse(row.length);
    if (multipleOf > 1 && wanted % multipleOf > 0) {
      wanted += multipleOf - wanted % multipleOf;
    }
    row.pad(wanted, id, type, left);
  }
}
