package dev.litegraft.lab.verification;

import java.util.Arrays;
import java.util.Optional;

/**
 * One row of tokens that the file and the checkpoint are asked about.
 *
 * @param name what it is, for people: {@code 16 tokens, padded left to 20}
 * @param text the text that the tokens were made of, if there was one
 * @param ids token ids, [t]
 * @param mask 1 for tokens, 0 for padding, [t]
 * @param types token types, [t]
 */
record Question(String name, Optional<String> text, int[] ids, int[] mask, int[] types) {
  /** A row without padding. */
  static Question of(String name, Optional<String> text, int[] ids, int[] types) {
    int[] mask = new int[ids.length];
    Arrays.fill(mask, 1);
    return new Question(name, text, ids, mask, types);
  }

  int length() {
    return ids.length;
  }

  boolean isPadded() {
    return Arrays.stream(mask).anyMatch(m -> m == 0);
  }

  boolean hasTypes() {
    return Arrays.stream(types).anyMatch(t -> t != 0);
  }

  /** The same row, filled up to {@code length} tokens. */
  Question padded(int length, int padId, boolean left, String newName) {
    int at = left ? length - ids.length : 0;
    int[] paddedIds = new int[length];
    Arrays.fill(paddedIds, padId);
    System.arraycopy(ids, 0, paddedIds, at, ids.length);
    return new Question(
        newName, text, paddedIds, moved(mask, length, at), moved(types, length, at));
  }

  private static int[] moved(int[] from, int length, int at) {
    int[] to = new int[length];
    System.arraycopy(from, 0, to, at, from.length);
    return to;
  }

  /** The same row without the padding at its end. */
  Question trimmed() {
    int end = length();
    while (end > 1 && mask[end - 1] == 0) {
      end--;
    }
    return new Question(
        name, text, Arrays.copyOf(ids, end), Arrays.copyOf(mask, end), Arrays.copyOf(types, end));
  }
}
