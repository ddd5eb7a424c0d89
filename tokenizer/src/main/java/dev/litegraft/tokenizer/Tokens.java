package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.unicode.Unicode;
import org.jspecify.annotations.Nullable;

/** Where a model puts the tokens of a text, and room for it to work in. For one thread. */
final class Tokens {
  final Row row;
  private final int text;
  private final int[] original;
  private final int originalLength;
  private final @Nullable SpaceCounts spaces;
  private int word;

  final Scratch scratch = new Scratch();

  /** Arrays that models use and leave behind. */
  static final class Scratch {
    int[] ints = new int[64];
    int[] lengths = new int[64];
    int[] nexts = new int[64];
    int[] previous = new int[64];
    double[] scores = new double[65];

    void room(int wanted) {
      if (wanted >= ints.length) {
        int room = Math.max(wanted + 1, ints.length * 2);
        ints = new int[room];
        lengths = new int[room];
        nexts = new int[room];
        previous = new int[room];
      }
    }
  }

  Tokens(int text, int[] original, int originalLength, @Nullable SpaceCounts spaces) {
    this.row = new Row(64, spaces != null);
    this.text = text;
    this.original = original;
    this.originalLength = originalLength;
    this.spaces = spaces;
  }

  /** Begins a word. */
  void word(int index) {
    word = index;
  }

  /** Adds a token that stands for code points of a normalized text. */
  void add(Segment text, int id, int from, int to) {
    int at = row.length;
    row.add(id, this.text, word, text.starts[from], text.ends[to - 1], this.text, (byte) 0);
    if (spaces != null) {
      row.leading[at] = spaces.leading(id);
      row.trailing[at] = spaces.trailing(id);
    }
  }

  /** Adds a token whose text is what it stands for, and not what the vocabulary calls it. */
  void addAsWritten(Segment text, int id, int from, int to, byte flag) {
    int at = row.length;
    row.add(id, this.text, word, text.starts[from], text.ends[to - 1], this.text, flag);
    if (spaces != null) {
      row.leading[at] = SpaceCounts.leading(text.points, from, to);
      row.trailing[at] = SpaceCounts.trailing(text.points, from, to);
    }
  }

  /**
   * Adds a token whose place ends outside of its word: the library then takes the place in the word
   * for one in the text, in bytes, and so do we, but for places behind the end of the text, which
   * become its end.
   */
  void addOutside(int id, int fromByte, int toByte) {
    int at = row.length;
    int start = point(fromByte);
    int end = point(toByte);
    if (start < 0) {
      start = originalLength;
      end = originalLength;
    } else if (end < 0) {
      int last = point(toByte - 1);
      end = (last < 0 ? start + 1 : last) + 1;
    }
    row.add(id, this.text, word, start, end, this.text, (byte) 0);
    if (spaces != null) {
      row.leading[at] = spaces.leading(id);
      row.trailing[at] = spaces.trailing(id);
    }
  }

  private int point(int wanted) {
    int at = 0;
    for (int i = 0; i < originalLength; i++) {
      at += Utf8.length(original[i]);
      if (wanted < at) {
        return i;
      }
    }
    return Row.NONE;
  }

  /** How much white space the vocabulary's tokens begin and end with. */
  static final class SpaceCounts {
    private final Vocabulary vocabulary;

    SpaceCounts(Vocabulary vocabulary) {
      this.vocabulary = vocabulary;
      int size = vocabulary.size();
      this.leading = new byte[size];
      this.trailing = new byte[size];
      for (int entry = 0; entry < size; entry++) {
        int[] points = vocabulary.points(entry);
        leading[entry] = (byte) Math.min(255, leading(points, 0, points.length));
        trailing[entry] = (byte) Math.min(255, trailing(points, 0, points.length));
      }
    }

    private final byte[] leading;
    private final byte[] trailing;

    int leading(int id) {
      int entry = vocabulary.entryOf(id);
      return entry < 0 ? 0 : leading[entry] & 0xFF;
    }

    int trailing(int id) {
      int entry = vocabulary.entryOf(id);
      return entry < 0 ? 0 : trailing[entry] & 0xFF;
    }

    static int leading(int[] points, int from, int to) {
      int at = from;
      while (at < to && isSpace(points[at])) {
        at++;
      }
      return at - from;
    }

    static int trailing(int[] points, int from, int to) {
      int at = to;
      while (at > from && isSpace(points[at - 1])) {
        at--;
      }
      return to - at;
    }

    private static boolean isSpace(int point) {
      return point == ByteCharacters.SPACE || Unicode.isWhitespace(point);
    }
  }
}
