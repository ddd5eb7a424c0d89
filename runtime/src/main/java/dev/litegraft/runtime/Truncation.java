package dev.litegraft.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Leaves out tokens, and never special ones.
 *
 * <p>Done here and not by the native tokenizer, because its binding cannot truncate on the left and
 * does not say how much it left out. Source: {@code tokenizers/src/utils/truncation.rs}, longest
 * first.
 */
final class Truncation {
  private Truncation() {}

  /** How many of the tokens are special. */
  static int specialTokens(Encoding encoding) {
    return (int) Arrays.stream(encoding.sequences()).filter(sequence -> sequence < 0).count();
  }

  /** At most {@code maxLength} tokens of an encoding. */
  static Encoding to(int maxLength, Encoding encoding, boolean left) {
    if (encoding.length() <= maxLength) {
      return encoding;
    }
    int second = (int) Arrays.stream(encoding.sequences()).filter(s -> s == 1).count();
    int first = encoding.length() - specialTokens(encoding) - second;
    int[] kept = kept(first, second, maxLength - specialTokens(encoding));
    int[] skip = {left ? first - kept[0] : 0, left ? second - kept[1] : 0};
    int[] met = new int[2];
    List<int[]> order = new ArrayList<>();
    for (int i = 0; i < encoding.length(); i++) {
      int sequence = encoding.sequences()[i];
      if (sequence >= 0) {
        int index = met[sequence]++ - skip[sequence];
        if (index < 0 || index >= kept[sequence]) {
          continue;
        }
      }
      order.add(new int[] {i, encoding.ids()[i], encoding.typeIds()[i]});
    }
    return picked(encoding, order);
  }

  /** How many tokens of each text stay, when {@code room} of them may. */
  private static int[] kept(int first, int second, int room) {
    int shorter = Math.min(first, second);
    int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if (shorter + longer > room) {
      shorter = room / 2;
      longer = shorter + room % 2;
    }
    return first > second ? new int[] {longer, shorter} : new int[] {shorter, longer};
  }

  /**
   * An encoding of {@code order}'s tokens: the token's index in {@code source} or -1 for one that
   * is added, its id, its type.
   */
  static Encoding picked(Encoding source, List<int[]> order) {
    int count = order.size();
    int[] ids = new int[count];
    int[] typeIds = new int[count];
    int[] starts = new int[count];
    int[] ends = new int[count];
    int[] words = new int[count];
    int[] sequences = new int[count];
    boolean[] subwords = new boolean[count];
    int taken = 0;
    for (int i = 0; i < count; i++) {
      int from = order.get(i)[0];
      ids[i] = order.get(i)[1];
      typeIds[i] = order.get(i)[2];
      starts[i] = from < 0 ? 0 : source.starts()[from];
      ends[i] = from < 0 ? 0 : source.ends()[from];
      words[i] = from < 0 ? -1 : source.words()[from];
      sequences[i] = from < 0 ? -1 : source.sequences()[from];
      subwords[i] = from >= 0 && source.subwords()[from];
      taken += from < 0 ? 0 : 1;
    }
    return new Encoding(
        ids,
        typeIds,
        starts,
        ends,
        words,
        sequences,
        subwords,
        source.cut() + source.length() - taken);
  }
}
