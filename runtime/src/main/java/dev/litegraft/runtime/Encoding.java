package dev.litegraft.runtime;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A text, or a pair of texts, as tokens; not padded. The arrays have one entry a token, belong to
 * the caller, and are compared by identity.
 *
 * @param ids token ids, [t]
 * @param typeIds 0 for tokens of the first text, 1 for those of the second, as the tokenizer's
 *     template says, [t]
 * @param starts index of the token's first UTF-16 unit in its text; 0 for special tokens, [t]
 * @param ends index after the token's last UTF-16 unit in its text, what normalization joined to it
 *     included; 0 for special tokens, [t]
 * @param words index of the token's word in its text, -1 for special tokens, [t]
 * @param sequences 0 where the token is of the first text, 1 where it is of the second, -1 for the
 *     special tokens that the tokenizer added, [t]
 * @param subwords whether the token goes on with the word of the token before it, as transformers'
 *     pipeline for token classification tells it; false for special tokens, [t]
 * @param cut how many tokens were left out to keep to the maximum length, as far as the text was
 *     read: at least one, where any was
 */
public record Encoding(
    int[] ids,
    int[] typeIds,
    int[] starts,
    int[] ends,
    int[] words,
    int[] sequences,
    boolean[] subwords,
    int cut) {
  /** The same without tokens of these ids. */
  Encoding without(List<Integer> leftOut) {
    int[] kept = IntStream.range(0, ids.length).filter(i -> !leftOut.contains(ids[i])).toArray();
    if (kept.length == ids.length) {
      return this;
    }
    boolean[] goesOn = new boolean[kept.length];
    for (int i = 0; i < kept.length; i++) {
      goesOn[i] = subwords[kept[i]];
    }
    return new Encoding(
        picked(ids, kept),
        picked(typeIds, kept),
        picked(starts, kept),
        picked(ends, kept),
        picked(words, kept),
        picked(sequences, kept),
        goesOn,
        cut);
  }

  private static int[] picked(int[] from, int[] kept) {
    return IntStream.of(kept).map(i -> from[i]).toArray();
  }

  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }

  /** Whether tokens were left out to keep to the maximum length. */
  public boolean truncated() {
    return cut > 0;
  }
}
