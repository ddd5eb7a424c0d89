package dev.litegraft.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What differs between an encoding and the oracle's. */
final class Comparison {
  private Comparison() {}

  /** What differs first, or null. */
  static @Nullable String difference(
      Tokenizer ours, Oracle oracle, String text, @Nullable String pair, boolean special) {
    return difference(ours, oracle, text, pair, special, null);
  }

  static @Nullable String difference(
      Tokenizer ours,
      Oracle oracle,
      String text,
      @Nullable String pair,
      boolean special,
      @Nullable Truncation truncation) {
    Encoding encoding =
        ours.with(ours.settings().withSpecialTokens(special)).encode(text, pair, truncation);
    Oracle.Answer answer =
        oracle.encode(
            Objects.requireNonNull(HardTexts.wellFormed(text)),
            HardTexts.wellFormed(pair),
            special);
    within(answer, encoding, text, pair);
    return difference(encoding, answer);
  }

  /**
   * Moves the oracle's places that lie behind the end of a text to its end, as ours are. A template
   * that has a text twice gives all of it to one sequence: there, our places count as its length.
   */
  private static void within(
      Oracle.Answer answer, Encoding encoding, String text, @Nullable String pair) {
    int first = text.codePointCount(0, text.length());
    int second = pair == null ? first : pair.codePointCount(0, pair.length());
    int[] starts = answer.starts();
    int[] ends = answer.ends();
    for (int i = 0; i < Math.min(starts.length, encoding.length()); i++) {
      int length = answer.sequences()[i] == 1 ? second : first;
      starts[i] = Math.min(starts[i], Math.max(length, encoding.pointStarts()[i]));
      ends[i] = Math.min(ends[i], Math.max(length, encoding.pointEnds()[i]));
    }
  }

  static @Nullable String difference(Encoding encoding, Oracle.Answer answer) {
    String different =
        first(
            List.of("ids", "types", "words", "special", "mask", "sequences"),
            List.of(
                encoding.ids(),
                encoding.types(),
                encoding.words(),
                encoding.special(),
                encoding.mask(),
                encoding.sequences()),
            List.of(
                answer.ids(),
                answer.types(),
                answer.words(),
                answer.special(),
                answer.mask(),
                answer.sequences()));
    if (different != null) {
      return different + "; tokens " + answer.tokens();
    }
    int[] starts = encoding.pointStarts().clone();
    int[] ends = encoding.pointEnds().clone();
    for (int i = 0; i < starts.length; i++) {
      if (!answer.placed()[i]) {
        starts[i] = 0;
        ends[i] = 0;
      }
    }
    different =
        first(
            List.of("starts", "ends"),
            List.of(starts, ends),
            List.of(answer.starts(), answer.ends()));
    if (different != null) {
      return different + "; tokens " + answer.tokens();
    }
    for (int i = 0; i < answer.overflowing().size() && i < encoding.overflowing().size(); i++) {
      different = difference(encoding.overflowing().get(i), answer.overflowing().get(i));
      if (different != null) {
        return "part " + i + ": " + different;
      }
    }
    return null;
  }

  private static @Nullable String first(List<String> names, List<int[]> ours, List<int[]> theirs) {
    for (int i = 0; i < names.size(); i++) {
      if (!Arrays.equals(ours.get(i), theirs.get(i))) {
        return names.get(i)
            + " "
            + Arrays.toString(ours.get(i))
            + " and the oracle's "
            + Arrays.toString(theirs.get(i));
      }
    }
    return null;
  }

  /** A text with all but ASCII letters escaped, for messages. */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 127 && c != '"' && c != '\\') {
        escaped.append(c);
      } else {
        escaped.append(String.format("\\u%04X", (int) c));
      }
    }
    return escaped.append('"').toString();
  }
}
