package dev.litegraft.tokenizer;

/**
 * The printable characters that stand for bytes in byte-level vocabularies: those of Latin-1 that
 * can be seen stand for themselves, the others from U+0100 on.
 *
 * <p>Source: {@code bytes_to_unicode} of GPT-2's {@code encoder.py}.
 */
final class ByteCharacters {
  /** What stands for a space. */
  static final int SPACE = 0x120;

  private static final int[] OF_BYTE = new int[256];
  private static final int[] BYTES = new int[0x144];

  static {
    java.util.Arrays.fill(BYTES, -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean seen = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      OF_BYTE[b] = seen ? b : next++;
      BYTES[OF_BYTE[b]] = b;
    }
  }

  private ByteCharacters() {}

  /** The character that stands for a byte. */
  static int of(int b) {
    return OF_BYTE[b];
  }

  /** The byte that a character stands for, or -1. */
  static int toByte(int point) {
    return point < BYTES.length ? BYTES[point] : -1;
  }

  /** Adds the characters of a code point's bytes. */
  static void add(Segment out, int point, int start, int end) {
    if (point < 0x80) {
      out.add(OF_BYTE[point], start, end);
    } else if (point < 0x800) {
      out.add(OF_BYTE[0xC0 | (point >> 6)], start, end);
      out.add(OF_BYTE[0x80 | (point & 0x3F)], start, end);
    } else if (point < 0x10000) {
      out.add(OF_BYTE[0xE0 | (point >> 12)], start, end);
      out.add(OF_BYTE[0x80 | ((point >> 6) & 0x3F)], start, end);
      out.add(OF_BYTE[0x80 | (point & 0x3F)], start, end);
    } else {
      out.add(OF_BYTE[0xF0 | (point >> 18)], start, end);
      out.add(OF_BYTE[0x80 | ((point >> 12) & 0x3F)], start, end);
      out.add(OF_BYTE[0x80 | ((point >> 6) & 0x3F)], start, end);
      out.add(OF_BYTE[0x80 | (point & 0x3F)], start, end);
    }
  }
}
