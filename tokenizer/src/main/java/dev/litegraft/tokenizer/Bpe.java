package dev.litegraft.tokenizer;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Joins pairs of neighbours, the pair that was learned first before all others, until none is left.
 *
 * <p>Source: {@code tokenizers/src/models/bpe}, {@code merge_word} and {@code Word::merge_all}.
 */
final class Bpe implements Model {
  /** Longer words take a heap, so that none costs more than n log n. */
  private static final int SHORT_WORD = 40;

  private static final int CACHED_WORDS = 1 << 13;
  private static final int LONGEST_CACHED = 48;
  private static final int FEW = 0x250;

  /** What SentencePiece writes for a space. */
  static final int MARK = 0x2581;

  /** Facts that the file states beside the vocabulary. */
  record Rules(
      @Nullable String unknown,
      int unknownId,
      int[] prefix,
      int[] suffix,
      boolean fuseUnknown,
      boolean byteFallback,
      boolean ignoreMerges) {}

  private final Vocabulary vocabulary;
  private final Merges merges;
  private final Rules rules;
  private final int[] ofFew = new int[FEW]; // [code point]: its token, where neither fix is used
  private final int[] byteIds = new int[256];
  private final boolean plain;
  private final boolean partsAtMarks;
  private final @Nullable Word[] cache = new Word[CACHED_WORDS];

  /** A word and its tokens; immutable, so that threads may share it without a lock. */
  private static final class Word {
    final int[] points;
    final int[] ids;
    final int[] places; // begin and end of each token, in code points

    Word(int[] points, int[] ids, int[] places) {
      this.points = points;
      this.ids = ids;
      this.places = places;
    }
  }

  Bpe(Vocabulary vocabulary, Merges merges, Rules rules) {
    this.vocabulary = vocabulary;
    this.merges = merges;
    this.rules = rules;
    this.plain = rules.prefix.length == 0 && rules.suffix.length == 0;
    this.partsAtMarks = plain && partsAtMarks(vocabulary, merges, rules);
    int[] one = new int[1];
    for (int point = 0; point < FEW; point++) {
      one[0] = point;
      ofFew[point] = vocabulary.id(one, 0, 1);
    }
    for (int b = 0; b < 256; b++) {
      byteIds[b] = rules.byteFallback ? vocabulary.id(byteToken(b)) : Vocabulary.NONE;
    }
  }

  /**
   * Whether no token lies across the beginning of a word, where SentencePiece's mark stands behind
   * another character: then each word can be joined for itself, with the same result. Every
   * character has to have a symbol, or places would move.
   */
  private static boolean partsAtMarks(Vocabulary vocabulary, Merges merges, Rules rules) {
    boolean all =
        rules.unknown != null || (rules.byteFallback && ModelReader.hasAllBytes(vocabulary));
    return all
        && !rules.ignoreMerges
        && vocabulary.id(new String(Character.toChars(MARK))) != Vocabulary.NONE
        && !merges.joinsAcross(MARK, vocabulary);
  }

  /** Whether each word that begins with {@link #MARK} is joined for itself. */
  boolean partsAtMarks() {
    return partsAtMarks;
  }

  /** What a vocabulary calls a byte. */
  static String byteToken(int b) {
    return String.format(java.util.Locale.ROOT, "<0x%02X>", b);
  }

  @Override
  public void encode(Segment text, int from, int to, Tokens out) {
    int begin = from;
    for (int i = from + 1; partsAtMarks && i < to; i++) {
      if (text.points[i] == MARK && text.points[i - 1] != MARK) {
        encodeWord(text, begin, i, out);
        begin = i;
      }
    }
    encodeWord(text, begin, to, out);
  }

  private void encodeWord(Segment text, int from, int to, Tokens out) {
    int hash = Vocabulary.hash(text.points, from, to);
    if (rules.ignoreMerges) {
      int id = vocabulary.id(text.points, from, to, hash);
      if (id != Vocabulary.NONE) {
        out.add(text, id, from, to);
        return;
      }
    }
    int slot = (hash ^ (hash >>> 15)) & (CACHED_WORDS - 1);
    Word word = cache[slot];
    if (word != null && Arrays.equals(word.points, 0, word.points.length, text.points, from, to)) {
      for (int i = 0; i < word.ids.length; i++) {
        out.add(text, word.ids[i], from + word.places[2 * i], from + word.places[2 * i + 1]);
      }
      return;
    }
    Symbols symbols = symbols(text.points, from, to, out.scratch);
    if (symbols.count <= SHORT_WORD) {
      symbols.mergeShort(merges);
    } else {
      symbols.mergeLong(merges);
    }
    word = emit(symbols, text, from, to, out);
    if (word != null) {
      cache[slot] = word;
    }
  }

  private Symbols symbols(int[] points, int from, int to, Tokens.Scratch scratch) {
    Symbols symbols = new Symbols(scratch, to - from);
    int unknownLength = 0;
    byte[] utf8 = new byte[4];
    for (int i = from; i < to; i++) {
      int point = points[i];
      int length = Utf8.length(point);
      int id = plain && point < FEW ? ofFew[point] : idOf(points, i, i == from, i == to - 1);
      if (id != Vocabulary.NONE) {
        if (unknownLength > 0) {
          symbols.add(rules.unknownId, unknownLength);
          unknownLength = 0;
        }
        symbols.add(id, length);
        continue;
      }
      if (rules.byteFallback && addBytes(symbols, points, i, i == from, i == to - 1, utf8)) {
        continue; // an unknown before it stays for later, as in the library
      }
      if (rules.unknown != null) {
        if (unknownLength > 0 && !rules.fuseUnknown) {
          symbols.add(rules.unknownId, unknownLength);
          unknownLength = 0;
        }
        unknownLength += length;
      }
    }
    if (unknownLength > 0) {
      symbols.add(rules.unknownId, unknownLength);
    }
    return symbols;
  }

  private int idOf(int[] points, int at, boolean first, boolean last) {
    if (plain) {
      return vocabulary.id(points, at, at + 1);
    }
    int[] written = written(points[at], first, last);
    return vocabulary.id(written, 0, written.length);
  }

  private int[] written(int point, boolean first, boolean last) {
    int before = first ? 0 : rules.prefix.length;
    int after = last ? rules.suffix.length : 0;
    int[] written = new int[before + 1 + after];
    System.arraycopy(rules.prefix, 0, written, 0, before);
    written[before] = point;
    System.arraycopy(rules.suffix, 0, written, before + 1, after);
    return written;
  }

  private boolean addBytes(
      Symbols symbols, int[] points, int at, boolean first, boolean last, byte[] utf8) {
    int[] written = plain ? new int[] {points[at]} : written(points[at], first, last);
    for (int point : written) {
      int length = Utf8.put(point, utf8, 0);
      for (int b = 0; b < length; b++) {
        if (byteIds[utf8[b] & 0xFF] == Vocabulary.NONE) {
          return false;
        }
      }
    }
    for (int point : written) {
      int length = Utf8.put(point, utf8, 0);
      for (int b = 0; b < length; b++) {
        symbols.add(byteIds[utf8[b] & 0xFF], 1);
      }
    }
    return true;
  }

  /** Adds the tokens, and gives what the cache may keep, or null. */
  private static @Nullable Word emit(Symbols symbols, Segment text, int from, int to, Tokens out) {
    int count = symbols.remaining();
    boolean keep = to - from <= LONGEST_CACHED && count <= 2 * LONGEST_CACHED;
    int[] ids = new int[keep ? count : 0];
    int[] places = new int[keep ? 2 * count : 0];
    int point = from;
    int pointByte = 0; // where that code point begins
    int begin = 0;
    int n = 0;
    for (int i = symbols.first(); i >= 0; i = symbols.next(i), n++) {
      int end = begin + symbols.length(i);
      while (point < to && pointByte + Utf8.length(text.points[point]) <= begin) {
        pointByte += Utf8.length(text.points[point++]);
      }
      int first = point;
      while (point < to && pointByte + Utf8.length(text.points[point]) < end) {
        pointByte += Utf8.length(text.points[point++]);
      }
      int id = symbols.id(i);
      if (point >= to) {
        out.addOutside(id, begin, end);
        keep = false;
      } else {
        out.add(text, id, first, point + 1);
        if (keep) {
          ids[n] = id;
          places[2 * n] = first - from;
          places[2 * n + 1] = point + 1 - from;
        }
      }
      begin = end;
    }
    return keep ? new Word(Arrays.copyOfRange(text.points, from, to), ids, places) : null;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public int size() {
    return vocabulary.size();
  }
}
