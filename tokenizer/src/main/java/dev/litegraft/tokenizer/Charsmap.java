package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import dev.litegraft.tokenizer.unicode.Graphemes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * SentencePiece's rules for normalizing, as its models hold them: a double array of UTF-8 bytes,
 * whose values are places in a blob of texts that each end with a zero byte.
 *
 * <p>{@code u32 bytes of the trie, trie of u32, texts}, little-endian. All that a text can reach is
 * checked when it is read. Source: {@code sentencepiece/src/normalizer.cc}; the {@code
 * spm_precompiled} crate, of which also what looks odd is kept: of a grapheme the shortest prefix
 * that has a rule decides.
 */
final class Charsmap implements Normalizer {
  /** Longer graphemes are looked up code point by code point. */
  private static final int LONGEST_GRAPHEME = 5;

  private final int[] units;
  private final int[][] texts; // [place in the blob]: its code points, where a rule leads there
  private final boolean[] asciiRule = new boolean[128];
  private final boolean partsAtSpaces;

  private Charsmap(int[] units, int[][] texts) {
    this.units = units;
    this.texts = texts;
    byte[] one = new byte[1];
    for (int point = 1; point < 128; point++) {
      one[0] = (byte) point;
      asciiRule[point] = rule(one, 1) != null;
    }
    this.partsAtSpaces = keepsSolid(one);
  }

  /** Whether no printable character of ASCII becomes nothing or something with white space. */
  private boolean keepsSolid(byte[] one) {
    for (int point = '!'; point <= '~'; point++) {
      one[0] = (byte) point;
      int[] becomes = rule(one, 1);
      if (becomes != null && !TextReader.isSolid(becomes)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a map.
   *
   * @throws TokenizerException if it leads outside of itself
   */
  static Charsmap of(byte[] bytes, String where) {
    if (bytes.length < 4) {
      throw damaged("it has " + bytes.length + " bytes", where);
    }
    long size = little(bytes, 0) & 0xFFFFFFFFL;
    int count = (int) (size / 4);
    if (count == 0 || 4L + count * 4L > bytes.length) {
      throw damaged(
          "its trie has " + size + " bytes, and the map has " + (bytes.length - 4), where);
    }
    int[] units = new int[count];
    for (int i = 0; i < count; i++) {
      units[i] = little(bytes, 4 + 4 * i);
    }
    byte[] blob = Arrays.copyOfRange(bytes, 4 + 4 * count, bytes.length);
    for (int i = 0; i < blob.length; ) {
      int after = Utf8.after(blob, i, blob.length);
      if (after < 0) {
        throw damaged("its texts are not UTF-8", where);
      }
      i = after;
    }
    return new Charsmap(units, texts(units, blob, where));
  }

  /** Walks through all that can be reached, and reads the texts that the rules lead to. */
  private static int[][] texts(int[] units, byte[] blob, String where) {
    int[][] texts = new int[blob.length + 1][];
    boolean[] seen = new boolean[units.length];
    int[] waiting = new int[units.length];
    int count = 0;
    int root = offset(units[0]);
    if (root >= units.length) {
      throw damaged("its root leads to unit " + root + " of " + units.length, where);
    }
    seen[root] = true;
    waiting[count++] = root;
    while (count > 0) {
      int node = waiting[--count];
      for (int label = 1; label < 256; label++) {
        int child = node ^ label;
        if (child >= units.length) {
          // A text whose bytes lead here would have to be looked up outside of the array.
          if (isUtf8(label)) {
            throw damaged("a unit leads to unit " + child + " of " + units.length, where);
          }
          continue;
        }
        int unit = units[child];
        if ((unit & 0x800000FF) != label) {
          continue;
        }
        int next = child ^ offset(unit);
        if (next < 0 || next >= units.length) {
          throw damaged("unit " + child + " leads to unit " + next + " of " + units.length, where);
        }
        if (((unit >> 8) & 1) == 1) {
          int place = units[next] & 0x7FFFFFFF;
          if (place > blob.length || (place < blob.length && (blob[place] & 0xC0) == 0x80)) {
            throw damaged("a rule leads to byte " + place + " of " + blob.length, where);
          }
          if (texts[place] == null) {
            int end = place;
            while (end < blob.length && blob[end] != 0) {
              end++;
            }
            texts[place] = Utf8.points(blob, place, end);
          }
        }
        if (!seen[next]) {
          seen[next] = true;
          waiting[count++] = next;
        }
      }
    }
    return texts;
  }

  private static boolean isUtf8(int label) {
    return label < 0xF5 && label != 0xC0 && label != 0xC1;
  }

  private static TokenizerException damaged(String what, String where) {
    return new TokenizerException(
        "the charsmap of the normalizer is damaged: " + what,
        where + ", normalizer, precompiled_charsmap",
        "save the tokenizer again from its SentencePiece model");
  }

  private static int little(byte[] bytes, int at) {
    return (bytes[at] & 0xFF)
        | ((bytes[at + 1] & 0xFF) << 8)
        | ((bytes[at + 2] & 0xFF) << 16)
        | ((bytes[at + 3] & 0xFF) << 24);
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & (1 << 9)) >> 6);
  }

  /** What the shortest prefix of bytes that has a rule becomes, or null. */
  private int @org.jspecify.annotations.Nullable [] rule(byte[] bytes, int length) {
    int node = offset(units[0]);
    for (int i = 0; i < length && bytes[i] != 0; i++) {
      int label = bytes[i] & 0xFF;
      int child = node ^ label;
      if (child >= units.length) {
        return null;
      }
      int unit = units[child];
      if ((unit & 0x800000FF) != label) {
        return null;
      }
      node = child ^ offset(unit);
      if (((unit >> 8) & 1) == 1) {
        return texts[units[node] & 0x7FFFFFFF];
      }
    }
    return null;
  }

  @Override
  public void apply(Segment text) {
    int first = firstThatMayChange(text);
    if (first < 0) {
      return;
    }
    Changes changes = new Changes(text.length + 16);
    byte[] bytes = new byte[4 * (LONGEST_GRAPHEME + 1)];
    for (int from = 0; from < text.length; ) {
      int to = Graphemes.next(text.points, from, text.length);
      int length = 0;
      for (int i = from; i < to && length <= LONGEST_GRAPHEME; i++) {
        length = Utf8.put(text.points[i], bytes, length);
      }
      int[] whole = length <= LONGEST_GRAPHEME ? rule(bytes, length) : null;
      if (whole != null) {
        changes.replace(to - from, whole);
      } else {
        for (int i = from; i < to; i++) {
          int[] one = rule(bytes, Utf8.put(text.points[i], bytes, 0));
          if (one == null) {
            changes.add(text.points[i], 0);
          } else {
            changes.replace(1, one);
          }
        }
      }
      from = to;
    }
    if (changes.modified) {
      text.transform(changes.points, changes.changes, changes.count);
    }
  }

  private int firstThatMayChange(Segment text) {
    for (int i = 0; i < text.length; i++) {
      int point = text.points[i];
      if (point >= 128 || asciiRule[point] || point == '\r') {
        return i;
      }
    }
    return -1;
  }

  @Override
  public boolean partsAtSpaces() {
    return partsAtSpaces;
  }

  @Override
  public double growth() {
    int longest = 1;
    for (int[] text : texts) {
      longest = text == null ? longest : Math.max(longest, text.length);
    }
    return longest;
  }

  /** The bytes of a map in base64. */
  static byte[] bytes(String base64, String where) {
    try {
      return java.util.Base64.getDecoder().decode(base64.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw damaged("it is not base64: " + e.getMessage(), where);
    }
  }

  /** New code points and what each stands for. */
  private static final class Changes {
    int[] points;
    int[] changes;
    int count;
    boolean modified;

    Changes(int room) {
      points = new int[room];
      changes = new int[room];
    }

    void add(int point, int change) {
      if (count == points.length) {
        points = Arrays.copyOf(points, count + (count >> 1) + 8);
        changes = Arrays.copyOf(changes, points.length);
      }
      points[count] = point;
      changes[count++] = change;
    }

    void replace(int old, int[] by) {
      modified = true;
      for (int point : by) {
        add(point, 0);
      }
      int more = by.length - old;
      for (int i = 0; i < more; i++) {
        changes[count - 1 - i] = 1;
      }
      if (more < 0 && count > 0) {
        changes[count - 1] += more;
      }
    }
  }
}
