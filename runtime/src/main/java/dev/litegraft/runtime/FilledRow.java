package dev.litegraft.runtime;

import dev.litegraft.runtime.TextSignature.Role;

/**
 * A row as a signature takes it: filled up, where its length is static.
 *
 * @param all what the model is given
 * @param begin index of the first token of the row that was asked about
 * @param count how many that row has
 */
record FilledRow(TokenRow all, int begin, int count) {
  /** A row that is as long as it has to be. */
  static FilledRow of(TokenRow row) {
    return new FilledRow(row, 0, row.length());
  }

  /** A row with {@code padId} up to {@code length}. */
  static FilledRow of(TokenRow row, int length, int padId, boolean left) {
    return new FilledRow(
        row.padded(length, padId, left), left ? length - row.length() : 0, row.length());
  }

  int length() {
    return all.length();
  }

  int[] of(Role role) {
    return switch (role) {
      case IDS -> all.ids();
      case MASK -> all.mask();
      case TYPES -> all.types();
    };
  }
}
