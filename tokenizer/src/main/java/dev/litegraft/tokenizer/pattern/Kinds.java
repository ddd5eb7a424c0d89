package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.unicode.Properties;

/** The general category of a code point as a bit, for the scanners; white space counts as such. */
final class Kinds {
  static final int UPPER = 1 << Properties.LU;
  static final int LOWER = 1 << Properties.LL;
  static final int TITLE = 1 << Properties.LT;
  static final int OTHER_LETTER = 1 << Properties.LM | 1 << Properties.LO;
  static final int LETTER = UPPER | LOWER | TITLE | OTHER_LETTER; // L
  static final int MARK = bits(Properties.MN, Properties.ME); // M
  static final int NUMBER = bits(Properties.ND, Properties.NO); // N
  static final int PUNCTUATION = bits(Properties.PC, Properties.PO); // P
  static final int SYMBOL = bits(Properties.SM, Properties.SO); // S
  static final int SPACE = 1 << 31; // \s, that is Z and some control characters

  private static final int[] ASCII = new int[128];

  static {
    for (int c = 0; c < ASCII.length; c++) {
      ASCII[c] = kind(c);
    }
  }

  private Kinds() {}

  /** The bit of a code point. */
  static int of(int point) {
    return point < 128 ? ASCII[point] : kind(point);
  }

  private static int kind(int point) {
    int category = Properties.category(point);
    boolean space =
        (category > Properties.SO && category < Properties.SO + 4) // Zs, Zl and Zp
            || (point >= '\t' && point <= '\r')
            || point == 0x85;
    return space ? SPACE : 1 << category;
  }

  private static int bits(int first, int last) {
    return (2 << last) - (1 << first);
  }
}
