package dev.litegraft.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tokens in a row, while an encoding is put together.
 *
 * <p>Source: {@code Encoding} of {@code tokenizers/src/tokenizer/encoding.rs}, whose operations
 * these are, the overflowing parts included.
 */
final class Row {
  /** What stands for the word of a token that is in no word, and the text of one in no text. */
  static final int NONE = -1;

  int length;
  int[] ids;
  int[] types;
  int[] words;
  int[] starts; // in code points of the text as it was given
  int[] ends;
  byte[] texts; // which text the token is of: 0, 1 or NONE
  byte[] flags;

  /** The token was added around the text. */
  static final byte SPECIAL = 1;

  /** The token fills up a row to its length. */
  static final byte PADDING = 2;

  /** The token stands in the text itself and has an id of the added tokens. */
  static final byte ADDED = 4;

  /** White space that the token's text begins and ends with, where it is counted. */
  int[] leading;

  int[] trailing;

  /** The ranges that belong to a text: its number, first token, index after the last. */
  private int[] ranges = {};

  List<Row> overflowing = new ArrayList<>(0);

  Row(int room, boolean countsSpaces) {
    ids = new int[room];
    types = new int[room];
    words = new int[room];
    starts = new int[room];
    ends = new int[room];
    texts = new byte[room];
    flags = new byte[room];
    leading = new int[countsSpaces ? room : 0];
    trailing = new int[countsSpaces ? room : 0];
  }

  boolean countsSpaces() {
    return leading.length > 0;
  }

  private void room(int wanted) {
    if (wanted <= ids.length) {
      return;
    }
    boolean counts = countsSpaces();
    int room = Math.max(wanted, ids.length * 2);
    ids = Arrays.copyOf(ids, room);
    types = Arrays.copyOf(types, room);
    words = Arrays.copyOf(words, room);
    starts = Arrays.copyOf(starts, room);
    ends = Arrays.copyOf(ends, room);
    texts = Arrays.copyOf(texts, room);
    flags = Arrays.copyOf(flags, room);
    if (counts) {
      leading = Arrays.copyOf(leading, room);
      trailing = Arrays.copyOf(trailing, room);
    }
  }

  /** Adds a token of a text. */
  void add(int id, int type, int word, int start, int end, int text, byte flag) {
    if (length == ids.length) {
      room(length + 1);
    }
    ids[length] = id;
    types[length] = type;
    words[length] = word;
    starts[length] = start;
    ends[length] = end;
    texts[length] = (byte) text;
    flags[length++] = flag;
  }

  /** Adds a token that is of no text. */
  void addSpecial(int id, int type) {
    add(id, type, NONE, 0, 0, NONE, SPECIAL);
  }

  /** Says that all tokens are of a text. */
  void setSequence(int text) {
    setRange(text, 0, length);
  }

  /** Says that a range of tokens is of a text. */
  void setRange(int text, int from, int to) {
    for (int i = 0; i < ranges.length; i += 3) {
      if (ranges[i] == text) {
        ranges[i + 1] = from;
        ranges[i + 2] = to;
        return;
      }
    }
    ranges = Arrays.copyOf(ranges, ranges.length + 3);
    ranges[ranges.length - 3] = text;
    ranges[ranges.length - 2] = from;
    ranges[ranges.length - 1] = to;
  }

  void setTypes(int type) {
    Arrays.fill(types, 0, length, type);
  }

  /** Which text each token belongs to, -1 for none. */
  int[] sequences() {
    int[] sequences = new int[length];
    if (ranges.length == 0) {
      return sequences;
    }
    Arrays.fill(sequences, NONE);
    for (int text = 0; text < ranges.length / 3; text++) {
      int from = 0;
      int to = length;
      for (int i = 0; i < ranges.length; i += 3) {
        if (ranges[i] == text) {
          from = ranges[i + 1];
          to = ranges[i + 2];
        }
      }
      Arrays.fill(sequences, Math.min(from, length), Math.min(to, length), text);
    }
    return sequences;
  }

  /** A copy, its overflowing parts included. */
  Row copy() {
    Row copy = slice(0, length);
    copy.ranges = ranges.clone();
    for (Row part : overflowing) {
      copy.overflowing.add(part.copy());
    }
    return copy;
  }

  /** A part without overflowing ones, which belongs to no text yet. */
  Row slice(int from, int to) {
    Row slice = new Row(Math.max(1, to - from), countsSpaces());
    slice.append(this, from, to);
    return slice;
  }

  private void append(Row other, int from, int to) {
    int count = to - from;
    room(length + count);
    System.arraycopy(other.ids, from, ids, length, count);
    System.arraycopy(other.types, from, types, length, count);
    System.arraycopy(other.words, from, words, length, count);
    System.arraycopy(other.starts, from, starts, length, count);
    System.arraycopy(other.ends, from, ends, length, count);
    System.arraycopy(other.texts, from, texts, length, count);
    System.arraycopy(other.flags, from, flags, length, count);
    if (countsSpaces()) {
      System.arraycopy(other.leading, from, leading, length, count);
      System.arraycopy(other.trailing, from, trailing, length, count);
    }
    length += count;
  }

  /** Puts another row behind this one; each overflowing part of either meets each of the other. */
  void merge(Row other) {
    if (!overflowing.isEmpty() || !other.overflowing.isEmpty()) {
      long parts = (overflowing.size() + 1L) * (other.overflowing.size() + 1L) - 1;
      Truncation.requireFew(parts, length + other.length);
      List<Row> met = new ArrayList<>();
      for (Row part : overflowing) {
        met.add(joined(part, other));
        for (Row otherPart : other.overflowing) {
          met.add(joined(part, otherPart));
        }
      }
      for (Row otherPart : other.overflowing) {
        met.add(joined(this, otherPart));
      }
      mergeTokens(other);
      overflowing = met;
      return;
    }
    mergeTokens(other);
  }

  private static Row joined(Row first, Row second) {
    Row joined = first.copy();
    joined.merge(second);
    return joined;
  }

  private void mergeTokens(Row other) {
    int before = length;
    for (int i = 0; i < other.ranges.length; i += 3) {
      setRange(other.ranges[i], before + other.ranges[i + 1], before + other.ranges[i + 2]);
    }
    append(other, 0, other.length);
  }

  /** Takes what another row holds. */
  void become(Row other) {
    length = other.length;
    ids = other.ids;
    types = other.types;
    words = other.words;
    starts = other.starts;
    ends = other.ends;
    texts = other.texts;
    flags = other.flags;
    leading = other.leading;
    trailing = other.trailing;
    ranges = other.ranges;
    overflowing = other.overflowing;
  }

  /** Fills up to a length, the overflowing parts too. */
  void pad(int wanted, int id, int type, boolean left) {
    for (Row part : overflowing) {
      part.pad(wanted, id, type, left);
    }
    int missing = wanted - length;
    if (missing <= 0) {
      return;
    }
    Row padding = new Row(wanted, countsSpaces());
    for (int i = 0; i < missing; i++) {
      padding.add(id, type, NONE, 0, 0, NONE, (byte) (SPECIAL | PADDING));
    }
    if (!left) {
      append(padding, 0, missing);
      return;
    }
    padding.append(this, 0, length);
    padding.ranges = ranges;
    for (int i = 0; i < ranges.length; i += 3) {
      ranges[i + 1] += missing;
      ranges[i + 2] += missing;
    }
    padding.overflowing = overflowing;
    become(padding);
  }
}
