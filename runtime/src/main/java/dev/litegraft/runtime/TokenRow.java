package dev.litegraft.runtime;

import dev.litegraft.runtime.TextSignature.Role;
import java.util.Arrays;

/**
 * One text as the numbers of the model's inputs, all of the same length.
 *
 * @param begin index of the first token that is not padding
 * @param count how many are not padding
 */
record TokenRow(int[] ids, int[] mask, int[] types, int begin, int count) {
  static TokenRow of(int[] ids, int[] mask, int[] types) {
    return new TokenRow(ids, mask, types, 0, ids.length);
  }

  int length() {
    return ids.length;
  }

  int[] of(Role role) {
    return switch (role) {
      case IDS -> ids;
      case MASK -> mask;
      case TYPES -> types;
    };
  }

  /** The same row with {@code padId} and a mask of 0 up to {@code length}. */
  TokenRow padded(int length, int padId, boolean left) {
    if (length == ids.length) {
      return this;
    }
    int at = left ? length - ids.length : 0;
    int[] paddedIds = new int[length];
    Arrays.fill(paddedIds, padId);
    System.arraycopy(ids, 0, paddedIds, at, ids.length);
    return new TokenRow(paddedIds, moved(mask, length, at), moved(types, length, at), at, count);
  }

  private static int[] moved(int[] from, int length, int at) {
    int[] to = new int[length];
    System.arraycopy(from, 0, to, at, from.length);
    return to;
  }
}
