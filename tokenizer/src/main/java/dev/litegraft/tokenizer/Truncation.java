package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many tokens an input may have, and what is left out.
 *
 * @param maxLength the most tokens, special ones included
 * @param strategy which text of a pair is cut
 * @param stride how many tokens an overflowing part has in common with the one before it
 * @param left whether tokens are left out at the left
 */
public record Truncation(int maxLength, Strategy strategy, int stride, boolean left) {
  /** More tokens than this in all overflowing parts together are refused. */
  private static final long MOST_OVERFLOWING = 4_000_000;

  /** Which text of a pair is cut. */
  public enum Strategy {
    /** The longer one first. */
    LONGEST_FIRST,
    /** The first alone. */
    ONLY_FIRST,
    /** The second alone. */
    ONLY_SECOND
  }

  /** Which version of the tokenizers library is followed where two differ. */
  public enum Version {
    /**
     * 0.22 and before: the lengths of the whole texts decide which of a pair keeps the odd token,
     * and all that is left out overflows.
     */
    V0_21,
    /**
     * 0.23: each text is read only until it has as many tokens as the input may, the lengths of
     * what was read decide, and no more than that overflows.
     */
    V0_23
  }

  /** At most so many tokens, left out at the right, of the longer text first. */
  public static Truncation to(int maxLength) {
    return new Truncation(maxLength, Strategy.LONGEST_FIRST, 0, false);
  }

  /** Checks the numbers. */
  public Truncation {
    if (maxLength < 0 || stride < 0) {
      throw new IllegalArgumentException(
          "a maximum length of "
              + maxLength
              + " and a stride of "
              + stride
              + ": both are 0 or more");
    }
  }

  /**
   * Cuts one text or two.
   *
   * <p>Source: {@code truncate_encodings} of {@code tokenizers/src/utils/truncation.rs}.
   *
   * @param room the most tokens, special ones not counted
   * @param parts whether what is left out becomes overflowing parts
   */
  void apply(Row first, @Nullable Row second, int room, boolean parts) {
    int firstLength = first.length;
    int secondLength = second == null ? 0 : second.length;
    if (room == 0) {
      cut(first, 0, parts);
      if (second != null) {
        cut(second, 0, parts);
      }
      return;
    }
    int over = firstLength + secondLength - room;
    if (over <= 0) {
      return;
    }
    if (strategy == Strategy.LONGEST_FIRST) {
      if (second == null) {
        cut(first, room, parts);
        return;
      }
      int[] kept = kept(firstLength, secondLength, room);
      cut(first, kept[0], parts);
      cut(second, kept[1], parts);
      return;
    }
    Row target = strategy == Strategy.ONLY_FIRST ? first : second;
    if (target == null || target.length <= over) {
      throw new TokenizerException(
          target == null
              ? "the second text is to be cut, and there is one text"
              : "a text of "
                  + target.length
                  + " tokens is to be cut by "
                  + over
                  + ", and nothing would be left of it",
          "truncation to " + maxLength + " tokens, " + strategy,
          target == null
              ? "cut the longest text first, or give a second text"
              : "allow more tokens, or cut the longest text first");
    }
    cut(target, target.length - over, parts);
  }

  /** How many tokens of each text stay, where {@code room} of them may. */
  private static int[] kept(int first, int second, int room) {
    int shorter = Math.min(first, second);
    int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if ((long) shorter + longer > room) {
      shorter = room / 2;
      longer = shorter + room % 2;
    }
    return first > second ? new int[] {longer, shorter} : new int[] {shorter, longer};
  }

  /** Keeps so many tokens of a row. */
  private void cut(Row row, int kept, boolean parts) {
    int length = row.length;
    if (kept >= length) {
      return;
    }
    if (kept == 0) {
      Row nothing = new Row(1, row.countsSpaces());
      if (parts) {
        nothing.overflowing.add(row.copy());
      }
      row.become(nothing);
      return;
    }
    if (!parts) {
      row.become(left ? row.slice(length - kept, length) : row.slice(0, kept));
      return;
    }
    if (stride >= kept) {
      throw new TokenizerException(
          "a stride of " + stride + ", where " + kept + " tokens of a text stay",
          "truncation to " + maxLength + " tokens",
          "use a stride below " + kept);
    }
    int step = kept - stride;
    requireFew(length / step, kept);
    Row first = null;
    for (int i = 0; ; i++) {
      long moved = (long) i * step;
      int from = (int) (left ? Math.max(0, length - moved - kept) : moved);
      int to = (int) (left ? length - moved : Math.min(length, moved + kept));
      Row part = row.slice(from, to);
      if (first == null) {
        first = part;
      } else {
        first.overflowing.add(part);
      }
      if (left ? from == 0 : to == length) {
        break;
      }
    }
    row.become(first);
  }

  /** Makes sure that overflowing parts do not take more room than anybody wants. */
  static void requireFew(long parts, long tokens) {
    if (parts * tokens > MOST_OVERFLOWING) {
      throw new TokenizerException(
          "a text or a pair overflows into "
              + parts
              + " parts of "
              + tokens
              + " tokens, and "
              + MOST_OVERFLOWING
              + " tokens in all are the most",
          "truncation",
          "use a smaller stride, a shorter text, or no overflowing parts");
    }
  }

  /** How many tokens a version reads of each text before it cuts. */
  static int read(Version version, @Nullable Truncation truncation, int text) {
    if (version == Version.V0_21 || truncation == null) {
      return Integer.MAX_VALUE;
    }
    return truncation.strategy == Strategy.ONLY_SECOND && text == 0
        ? Integer.MAX_VALUE
        : truncation.maxLength;
  }

  /** The strategies' names in {@code tokenizer.json}. */
  static Strategy strategy(Object name, Fields fields) {
    return fields.oneOf(
        "strategy",
        name,
        List.of("LongestFirst", "OnlyFirst", "OnlySecond"),
        List.of(Strategy.LONGEST_FIRST, Strategy.ONLY_FIRST, Strategy.ONLY_SECOND));
  }
}
