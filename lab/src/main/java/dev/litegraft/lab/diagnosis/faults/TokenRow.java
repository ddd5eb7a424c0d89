package dev.litegraft.lab.diagnosis.faults;

import java.util.Arrays;

/**
 * A text as token ids.
 *
 * @param ids [t]
 * @param mask [t], 1 for tokens, 0 for padding
 * @param types [t], of which text of a pair each token is; 0 everywhere for a single text
 */
public record TokenRow(int[] ids, int[] mask, int[] types) {
  public int length() {
    return ids.length;
  }

  /** Without the padding at the end. */
  public TokenRow trimmed() {
    int length = mask.length;
    while (length > 1 && mask[length - 1] == 0) {
      length--;
    }
    return new TokenRow(
        Arrays.copyOf(ids, length), Arrays.copyOf(mask, length), Arrays.copyOf(types, length));
  }

  public boolean isPadded() {
    return Arrays.stream(mask).anyMatch(m -> m == 0);
  }
}
