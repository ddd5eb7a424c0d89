package dev.litegraft.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tokens of one text, and of a long one only as much as is needed.
 *
 * <p>A text is cut at a space between two letters or digits where the pipeline cuts there, too;
 * what is right of it cannot change a token of the left, other than the last word's. For one
 * thread.
 */
final class TextReader {
  /** Texts of at most so many UTF-16 units are read as a whole. */
  private static final int SHORT_TEXT = 2048;

  /** So many units are tried for each token that is wanted. */
  private static final int UNITS_A_TOKEN = 12;

  private final Tokenizer.Parts parts;
  private final Settings settings;
  private final int index;
  private final String text;
  private final boolean early;
  private int[] points = {};
  private int length;
  private boolean supplementary;
  private boolean stopped;

  TextReader(Tokenizer.Parts parts, Settings settings, int index, String text, boolean inPair) {
    this.parts = parts;
    this.settings = settings;
    this.index = index;
    this.text = text;
    // A text that is one word is read to its end by 0.23, and of a pair the lengths count.
    boolean lengthCounts = inPair && settings.version() == Truncation.Version.V0_23;
    this.early = parts.partsAtSpaces() || (parts.partsAtMarks() && !lengthCounts);
  }

  /** Whether the last reading left out tokens. */
  boolean stopped() {
    return stopped;
  }

  /** The UTF-16 unit where each code point that was read begins, or null where it is the same. */
  int @Nullable [] units() {
    if (!supplementary) {
      return null;
    }
    int[] units = new int[length + 1];
    for (int i = 0; i < length; i++) {
      units[i + 1] = units[i] + Character.charCount(points[i]);
    }
    return units;
  }

  /**
   * The tokens of the text; where there are as many as {@code stop}, those of further words are not
   * read.
   */
  Row read(int stop) {
    if (stop < Integer.MAX_VALUE && early) {
      long tried = Math.max(SHORT_TEXT, (long) stop * UNITS_A_TOKEN);
      for (; tried < text.length(); tried *= 2) {
        int cut = cut((int) tried);
        if (cut > 0) {
          Row row = read(cut, stop, true);
          if (stopped) {
            return row;
          }
        }
      }
    }
    return read(text.length(), stop, false);
  }

  /** The tokens of the last words of the text that have {@code stop} tokens together. */
  Row readLast(int stop) {
    Row all = read(text.length(), Integer.MAX_VALUE, false);
    int from = Math.max(0, all.length - stop);
    while (from > 0 && all.words[from - 1] == all.words[from]) {
      from--;
    }
    stopped = from > 0;
    if (!stopped) {
      return all;
    }
    Row last = all.slice(from, all.length);
    int firstWord = last.words[0];
    for (int i = 0; i < last.length; i++) {
      last.words[i] -= firstWord;
    }
    return last;
  }

  /** The last place before {@code end} where the text may be cut, or -1. */
  private int cut(int end) {
    for (int i = end; i > end / 2; i--) {
      if (text.charAt(i) == ' '
          && isLetterOrDigit(text.charAt(i - 1))
          && i + 1 < text.length()
          && isLetterOrDigit(text.charAt(i + 1))) {
        return i;
      }
    }
    return -1;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || (c >= 0xC0 && isPlainLetter(c));
  }

  /** Letters that nothing joins from behind a space, of scripts that have words: few, but sure. */
  private static boolean isPlainLetter(char c) {
    boolean known =
        c <= 0x24F // Latin
            || (c >= 0x388 && c <= 0x481) // Greek, Cyrillic
            || (c >= 0x5D0 && c <= 0x5EA) // Hebrew
            || (c >= 0x620 && c <= 0x64A) // Arabic
            || (c >= 0x905 && c <= 0x939) // Devanagari
            || (c >= 0x3041 && c <= 0x30FA) // kana
            || (c >= 0x4E00 && c <= 0x9FA5)
            || (c >= 0xAC00 && c <= 0xD7A3);
    return known && Character.isLetter(c);
  }

  private Row read(int units, int stop, boolean more) {
    readPoints(units);
    // The normalizer may write over the array that it gets, and the places in the text are needed.
    Segment segment = Segment.of(points.clone(), length);
    Pieces pieces = parts.added().find(segment, parts.normalizer(), !settings.readsSpecialTokens());
    PreTokenizer preTokenizer = parts.preTokenizer();
    if (preTokenizer != null) {
      preTokenizer.apply(pieces);
    }
    Tokens tokens = new Tokens(index, points, length, parts.spaces());
    Model model = parts.model();
    Segment normalized = pieces.text;
    int last = pieces.count();
    if (more && last > 0 && (parts.partsAtSpaces() || pieces.token(last - 1) != Pieces.TEXT)) {
      last--; // it may go on: an added token takes the spaces behind it
    }
    int piece = 0;
    for (; piece < last && tokens.row.length < stop; piece++) {
      tokens.word(piece);
      int from = pieces.from(piece);
      int to = pieces.to(piece);
      if (pieces.token(piece) == Pieces.TEXT) {
        if (settings.readsSpecialTokens()) {
          model.encode(normalized, from, to, tokens);
        } else {
          parts.specials().encode(model, normalized, from, to, tokens);
        }
      } else {
        tokens.addAsWritten(normalized, pieces.token(piece), from, to, Row.ADDED);
      }
    }
    stopped = tokens.row.length >= stop && (piece < last || more);
    return tokens.row;
  }

  private void readPoints(int units) {
    points = new int[units];
    length = 0;
    supplementary = false;
    for (int i = 0; i < units; i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        points[length++] = unit;
      } else if (Character.isHighSurrogate(unit)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        points[length++] = Character.toCodePoint(unit, text.charAt(++i));
        supplementary = true;
      } else {
        points[length++] = 0xFFFD;
      }
    }
    if (supplementary) {
      points = Arrays.copyOf(points, length);
    }
  }
}
