package dev.litegraft.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A text as a model reads it: token ids, and of each whether it is text and of which text of a pair
 * it is.
 *
 * @param ids token ids, [t]
 * @param mask 1 for tokens, 0 for padding, [t]
 * @param types token types, [t]; 0 everywhere for a single text
 */
public record TokenRow(int[] ids, int[] mask, int[] types) {
  /**
   * @throws IllegalArgumentException if the three have not the same length
   */
  public TokenRow {
    if (mask.length != ids.length || types.length != ids.length) {
      throw new IllegalArgumentException(
          ids.length + " ids, " + mask.length + " of the mask, " + types.length + " types");
    }
  }

  /** A single text without padding. */
  public static TokenRow of(int... ids) {
    return of(ids, null, null);
  }

  /**
   * A row of which not all is said.
   *
   * @param mask null for all 1
   * @param types null for all 0
   */
  public static TokenRow of(int[] ids, int @Nullable [] mask, int @Nullable [] types) {
    int[] ones = new int[ids.length];
    Arrays.fill(ones, 1);
    return new TokenRow(
        ids, mask == null ? ones : mask, types == null ? new int[ids.length] : types);
  }

  /** Tokens and padding. */
  public int length() {
    return ids.length;
  }

  /** Whether a part of it is padding. */
  public boolean isPadded() {
    return Arrays.stream(mask).anyMatch(m -> m == 0);
  }

  /** Whether a token is of another type than 0. */
  public boolean hasTypes() {
    return Arrays.stream(types).anyMatch(t -> t != 0);
  }

  /** The same row with {@code padId} and a mask of 0 up to {@code length}, at one side. */
  public TokenRow padded(int length, int padId, boolean left) {
    if (length == ids.length) {
      return this;
    }
    int at = left ? length - ids.length : 0;
    int[] paddedIds = new int[length];
    Arrays.fill(paddedIds, padId);
    System.arraycopy(ids, 0, paddedIds, at, ids.length);
    return new TokenRow(paddedIds, moved(mask, length, at), moved(types, length, at));
  }

  private static int[] moved(int[] from, int length, int at) {
    int[] to = new int[length];
    System.arraycopy(from, 0, to, at, from.length);
    return to;
  }

  /** Without the padding at its end; one token stays. */
  public TokenRow trimmed() {
    int end = length();
    while (end > 1 && mask[end - 1] == 0) {
      end--;
    }
    return end == length()
        ? this
        : new TokenRow(
            Arrays.copyOf(ids, end), Arrays.copyOf(mask, end), Arrays.copyOf(types, end));
  }
}
