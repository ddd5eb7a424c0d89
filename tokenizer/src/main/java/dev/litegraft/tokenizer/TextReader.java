package dev.litegraft.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tokens of one text, and of a long one only as much as is needed.
 *
 * <p>A text is cut at a space between two solid characters (letters, digits, ASCII's signs) where
 * the pipeline cuts there, too, at a line feed between such, and between two Chinese characters
 * where each is a word; what is right of it cannot change a token of the left, other than the last
 * word's. For one thread.
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
  private final boolean asNewer;
  private final boolean early;
  private int[] points = {};
  private int length;
  private boolean supplementary;
  private boolean stopped;

  /**
   * A reader.
   *
   * @param allCounts whether it can be seen how far the text is read: in a pair, or where parts
   *     overflow
   */
  TextReader(Tokenizer.Parts parts, Settings settings, int index, String text, boolean allCounts) {
    this.parts = parts;
    this.settings = settings;
    this.index = index;
    this.text = text;
    this.asNewer = allCounts && settings.version() == Truncation.Version.V0_23;
    // A text that is one word is read to its end by 0.23.
    this.early = parts.partsAtSpaces() || (parts.partsAtMarks() && !asNewer);
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

  /**
   * The tokens of the last words of the text that have {@code stop} tokens together: as 0.23 reads
   * them, which never stops at an added token.
   */
  Row readLast(int stop) {
    Pieces pieces = pieces(text.length());
    int count = pieces.count();
    Tokens tokens = new Tokens(index, points, length, parts.spaces());
    int[] begins = new int[count + 1];
    for (int piece = 0; piece < count; piece++) {
      encode(pieces, piece, tokens);
      begins[piece + 1] = tokens.row.length;
    }
    int first = count;
    while (first > 0) {
      first--;
      if (pieces.token(first) == Pieces.TEXT && begins[count] - begins[first] >= stop) {
        break;
      }
    }
    stopped = begins[first] > 0;
    if (first == 0) {
      return tokens.row;
    }
    Row last = tokens.row.slice(begins[first], begins[count]);
    for (int i = 0; i < last.length; i++) {
      last.words[i] -= first;
    }
    return last;
  }

  /** The last place before {@code end} where the text may be cut, or -1. */
  private int cut(int end) {
    for (int i = end; i > end / 2; i--) {
      char at = text.charAt(i);
      char before = text.charAt(i - 1);
      if ((at == ' ' || (at == '\n' && parts.partsAtLines()))
          && isSolid(before)
          && i + 1 < text.length()
          && isSolid(text.charAt(i + 1))
          && (parts.partsAtSpaces()
              || !isIdeograph(before))) { // it may have got a space of its own
        return i;
      }
      if (parts.partsAtIdeographs() && isIdeograph(before) && isIdeograph(at)) {
        return i;
      }
    }
    return -1;
  }

  /** Chinese characters that no normal form changes, of those that BERT puts spaces around. */
  static boolean isIdeograph(int c) {
    return c >= 0x4E00 && c <= 0x9FA5;
  }

  /** Whether there is something, and all of it solid. */
  static boolean isSolid(int[] points) {
    return points.length > 0 && Arrays.stream(points).allMatch(TextReader::isSolid);
  }

  /** A letter, a digit or a sign of ASCII: nothing joins it with a space beside it. */
  static boolean isSolid(int c) {
    return (c > ' ' && c < 0x7F) || (c >= 0xC0 && c <= 0xFFFF && isPlainLetter((char) c));
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
            || isIdeograph(c)
            || (c >= 0xAC00 && c <= 0xD7A3);
    return known && Character.isLetter(c);
  }

  private Row read(int units, int stop, boolean more) {
    Pieces pieces = pieces(units);
    Tokens tokens = new Tokens(index, points, length, parts.spaces());
    int last = pieces.count();
    if (more && last > 0 && (parts.partsAtSpaces() || pieces.token(last - 1) != Pieces.TEXT)) {
      last--; // it may go on: an added token takes the spaces behind it
    }
    boolean enough = stop <= 0 && !asNewer;
    int piece = 0;
    for (; piece < last && !enough; piece++) {
      encode(pieces, piece, tokens);
      // 0.23 looks only behind words whether it has enough.
      enough = tokens.row.length >= stop && (!asNewer || pieces.token(piece) == Pieces.TEXT);
    }
    stopped = enough && (piece < last || more);
    return tokens.row;
  }

  /** The words of the text's first units, and the added tokens between them. */
  private Pieces pieces(int units) {
    readPoints(units);
    // The normalizer may write over the array that it gets, and the places in the text are needed.
    Segment segment = Segment.of(points.clone(), length);
    Pieces pieces = parts.added().find(segment, parts.normalizer(), !settings.readsSpecialTokens());
    PreTokenizer preTokenizer = parts.preTokenizer();
    if (preTokenizer != null) {
      preTokenizer.apply(pieces);
    }
    return pieces;
  }

  private void encode(Pieces pieces, int piece, Tokens tokens) {
    tokens.word(piece);
    int from = pieces.from(piece);
    int to = pieces.to(piece);
    if (pieces.token(piece) != Pieces.TEXT) {
      tokens.addAsWritten(pieces.text, pieces.token(piece), from, to, Row.ADDED);
    } else if (settings.readsSpecialTokens()) {
      parts.model().encode(pieces.text, from, to, tokens);
    } else {
      parts.specials().encode(parts.model(), pieces.text, from, to, tokens);
    }
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
