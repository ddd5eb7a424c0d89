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

  /** How many they are, around one text or two. */
  int count(boolean pair) {
    return ((bos == null ? 0 : 1) + (eos == null ? 0 : 1)) * (pair ? 2 : 1);
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
    return picked(plain, order);
  }

  /**
   * An encoding of {@code order}'s tokens: the token's index in {@code source} or -1 for one that
   * is added, its id, its type.
   */
  private static Encoding picked(Encoding source, List<int[]> order) {
    int count = order.size();
    int[] ids = new int[count];
    int[] typeIds = new int[count];
    int[] starts = new int[count];
    int[] ends = new int[count];
    int[] words = new int[count];
    int[] sequences = new int[count];
    boolean[] subwords = new boolean[count];
    for (int i = 0; i < count; i++) {
      int from = order.get(i)[0];
      ids[i] = order.get(i)[1];
      typeIds[i] = order.get(i)[2];
      starts[i] = from < 0 ? 0 : source.starts()[from];
      ends[i] = from < 0 ? 0 : source.ends()[from];
      words[i] = from < 0 ? -1 : source.words()[from];
      sequences[i] = from < 0 ? -1 : source.sequences()[from];
      subwords[i] = from >= 0 && source.subwords()[from];
    }
    return new Encoding(ids, typeIds, starts, ends, words, sequences, subwords, source.cut());
  }
}
