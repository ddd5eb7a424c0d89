package dev.litegraft.tokenizer;

/** Code points as UTF-8 bytes. Source: Unicode Standard, table 3-7. */
final class Utf8 {
  private Utf8() {}

  /** Writes a code point and gives the index after it; {@code out} has room for four bytes. */
  static int put(int point, byte[] out, int index) {
    int at = index;
    if (point < 0x80) {
      out[at++] = (byte) point;
    } else if (point < 0x800) {
      out[at++] = (byte) (0xC0 | (point >> 6));
      out[at++] = (byte) (0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
      out[at++] = (byte) (0xE0 | (point >> 12));
      out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
      out[at++] = (byte) (0x80 | (point & 0x3F));
    } else {
      out[at++] = (byte) (0xF0 | (point >> 18));
      out[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
      out[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
      out[at++] = (byte) (0x80 | (point & 0x3F));
    }
    return at;
  }

  /** How many bytes a code point takes. */
  static int length(int point) {
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }

  /** How many bytes the code point that begins with {@code first} takes, in well-formed UTF-8. */
  static int lengthOf(byte first) {
    return first >= 0 ? 1 : (first & 0xFF) < 0xE0 ? 2 : (first & 0xFF) < 0xF0 ? 3 : 4;
  }

  /** The code point at {@code index} of well-formed UTF-8. */
  static int at(byte[] bytes, int index) {
    int first = bytes[index];
    if (first >= 0) {
      return first;
    }
    first &= 0xFF;
    if (first < 0xE0) {
      return ((first & 0x1F) << 6) | (bytes[index + 1] & 0x3F);
    }
    if (first < 0xF0) {
      return ((first & 0x0F) << 12) | ((bytes[index + 1] & 0x3F) << 6) | (bytes[index + 2] & 0x3F);
    }
    return ((first & 0x07) << 18)
        | ((bytes[index + 1] & 0x3F) << 12)
        | ((bytes[index + 2] & 0x3F) << 6)
        | (bytes[index + 3] & 0x3F);
  }

  /** The index after the code point at {@code index}; -1 where the bytes are not well-formed. */
  static int after(byte[] bytes, int index, int end) {
    int first = bytes[index] & 0xFF;
    if (first < 0x80) {
      return index + 1;
    }
    int length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || index + length > end) {
      return -1;
    }
    for (int i = 1; i < length; i++) {
      if ((bytes[index + i] & 0xC0) != 0x80) {
        return -1;
      }
    }
    int point = at(bytes, index);
    boolean formed =
        length == 2
            || (length == 3 && point >= 0x800 && (point < 0xD800 || point > 0xDFFF))
            || (length == 4 && point >= 0x10000 && point <= 0x10FFFF);
    return formed ? index + length : -1;
  }

  /** The code points of well-formed UTF-8. */
  static int[] points(byte[] bytes, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += (bytes[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    int[] points = new int[count];
    int at = from;
    for (int i = 0; i < count; i++) {
      points[i] = at(bytes, at);
      at += lengthOf(bytes[at]);
    }
    return points;
  }

  /**
   * The text of bytes, with U+FFFD for each longest part that begins a code point and does not end
   * one. Source: Unicode Standard, section 3.9, "maximal subpart"; Rust's {@code from_utf8_lossy}.
   * Java's own decoder joins the bytes of a surrogate.
   */
  static String lossy(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int after = after(bytes, at, bytes.length);
      if (after > 0) {
        text.appendCodePoint(at(bytes, at));
        at = after;
      } else {
        text.append('\uFFFD');
        at += broken(bytes, at);
      }
    }
    return text.toString();
  }

  /** How many bytes begin a code point that does not end. */
  private static int broken(byte[] bytes, int at) {
    int first = bytes[at] & 0xFF;
    if (first < 0xE0 || first > 0xF4 || at + 1 >= bytes.length) {
      return 1;
    }
    int second = bytes[at + 1] & 0xFF;
    int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (second < least || second > most) {
      return 1;
    }
    boolean three = at + 2 < bytes.length && (bytes[at + 2] & 0xC0) == 0x80;
    return three && first >= 0xF0 ? 3 : 2;
  }
}
