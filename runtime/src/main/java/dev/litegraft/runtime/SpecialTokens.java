package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The special tokens that a tokenizer's class puts around each text, where it does not leave that
 * to the template in {@code tokenizer.json}.
 *
 * <p>Source: {@code LlamaTokenizerFast.update_post_processor}: {@code bos A eos}, and {@code bos A
 * eos bos B eos} with type 1 for the second half.
 */
record SpecialTokens(boolean template, @Nullable Integer bos, @Nullable Integer eos) {
  /** The template in {@code tokenizer.json} adds them; nothing is added here. */
  static final SpecialTokens OF_THE_TEMPLATE = new SpecialTokens(true, null, null);

  /** The template is not used; these stand around each text, where they are not null. */
  static SpecialTokens around(@Nullable Integer bos, @Nullable Integer eos) {
    return new SpecialTokens(false, bos, eos);
  }

  /** Whether a token stands between two texts. */
  boolean separates() {
    return bos != null || eos != null;
  }

  /** The encoding of one text or of a pair, with the special tokens around each. */
  Encoding added(Encoding plain, boolean pair) {
    if (bos == null && eos == null) {
      return plain;
    }
    List<int[]> order = new ArrayList<>(); // {index in plain or -1, id, type}
    for (int sequence = 0; sequence <= (pair ? 1 : 0); sequence++) {
      if (bos != null) {
        order.add(new int[] {-1, bos, sequence});
      }
      for (int i = 0; i < plain.length(); i++) {
        if (plain.sequences()[i] == sequence) {
          order.add(new int[] {i, plain.ids()[i], sequence});
        }
      }
      if (eos != null) {
        order.add(new int[] {-1, eos, sequence});
      }
    }
    return Truncation.picked(plain, order);
  }
}
