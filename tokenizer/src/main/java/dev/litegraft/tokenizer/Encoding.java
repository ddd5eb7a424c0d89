package dev.litegraft.tokenizer;

import java.util.List;

/**
 * A text, or a pair of texts, as tokens. The arrays have one entry a token and belong to the
 * caller.
 *
 * @param ids token ids, [t]
 * @param types of which part of the input each token is, as the tokenizer's template says, [t]
 * @param mask 1 for tokens, 0 for those that fill up the row, [t]
 * @param special 1 for tokens that were added around the texts or fill up the row, else 0, [t]
 * @param words index of the token's word in its text; -1 for tokens that were added, [t]
 * @param sequences 0 for tokens of the first text, 1 for those of the second, -1 for others, [t]
 * @param starts index of the token's first UTF-16 unit in its text; 0 for tokens that were added,
 *     [t]
 * @param ends index after its last UTF-16 unit, [t]
 * @param pointStarts {@code starts} in code points, [t]
 * @param pointEnds {@code ends} in code points, [t]
 * @param overflowing what was left out, in parts that are as long as this one
 * @param left how many tokens were left out: 0 for none; where there are any, as far as the text
 *     was read
 */
public record Encoding(
    int[] ids,
    int[] types,
    int[] mask,
    int[] special,
    int[] words,
    int[] sequences,
    int[] starts,
    int[] ends,
    int[] pointStarts,
    int[] pointEnds,
    List<Encoding> overflowing,
    int left) {
  /** How many tokens there are. */
  public int length() {
    return ids.length;
  }

  /** Whether tokens were left out. */
  public boolean truncated() {
    return left > 0;
  }
}
