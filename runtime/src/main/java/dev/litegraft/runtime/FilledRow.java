package dev.litegraft.runtime;

import dev.litegraft.runtime.TextSignature.Role;
import java.util.Arrays;
import java.util.List;

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

  /** An output without the answers to tokens that filled the row up. */
  RawOutput own(RawOutput output) {
    List<Integer> shape = output.shape();
    if (shape.size() != 3 || shape.get(1) != length() || count == length()) {
      return output;
    }
    int width = shape.get(2);
    return new RawOutput(
        output.name(),
        List.of(shape.get(0), count, width),
        Arrays.copyOfRange(output.values(), begin * width, (begin + count) * width));
  }

  int[] of(Role role) {
    return switch (role) {
      case IDS -> all.ids();
      case MASK -> all.mask();
      case TYPES -> all.types();
    };
  }
}
