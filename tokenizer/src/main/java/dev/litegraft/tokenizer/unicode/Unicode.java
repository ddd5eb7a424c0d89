package dev.litegraft.tokenizer.unicode;

/**
 * What the native tokenizers library (0.21.4) holds of single code points, each of the Unicode
 * version that the part of the library has which asks for it.
 *
 * <p>All functions take scalar values (0 to 10FFFF without surrogates), need one look-up and
 * allocate nothing.
 */
public final class Unicode {
  /** The number of {@link #script} of code points that go with every script. */
  public static final int ANY_SCRIPT = 0;

  /** LATIN CAPITAL LETTER I WITH DOT ABOVE, the only one whose lower case is two code points. */
  public static final int DOTTED_I = 0x130;

  /** The second code point of the lower case of {@link #DOTTED_I}. */
  public static final int DOT_ABOVE = 0x307;

  private static final int WHITESPACE = 1;
  private static final int NUMERIC = 1 << 1;
  private static final int PUNCTUATION = 1 << 2;
  private static final int CONTROL = 1 << 3;
  private static final int NONSPACING = 1 << 4;
  private static final int COMBINING = 1 << 5;
  private static final int WORD = 1 << 6;
  private static final int SPACE = 1 << 7;
  private static final int CHINESE = 1 << 8;

  /** The CJK blocks that BertNormalizer names; B920 is its own slip for B820. */
  private static final int[] CHINESE_BLOCKS = {
    0x4e00, 0x9fff, 0x3400, 0x4dbf, 0x20000, 0x2a6df, 0x2a700, 0x2b73f, 0x2b740, 0x2b81f, 0x2b920,
    0x2ceaf, 0xf900, 0xfaff, 0x2f800, 0x2fa1f
  };

  private static final PointTable FLAGS =
      new PointTable.Builder()
          .set(Tables.section("whitespace"), WHITESPACE)
          .set(Tables.section("numeric"), NUMERIC)
          .set(Tables.section("punctuation"), PUNCTUATION)
          .set(Tables.section("control"), CONTROL)
          .set(Tables.section("nonspacing"), NONSPACING)
          .set(Tables.section("combining"), COMBINING)
          .set(Tables.section("word"), WORD)
          .set(Tables.section("space"), SPACE)
          .set(CHINESE_BLOCKS, CHINESE)
          .build();

  private static final PointTable LOWERCASE = lowercase();

  private Unicode() {}

  /** Whether it is white space: Rust's {@code char::is_whitespace}. */
  public static boolean isWhitespace(int point) {
    return (FLAGS.at(point) & WHITESPACE) != 0;
  }

  /** Whether it is a number: Rust's {@code char::is_numeric}, general categories Nd, Nl and No. */
  public static boolean isNumeric(int point) {
    return (FLAGS.at(point) & NUMERIC) != 0;
  }

  /** Whether the Punctuation and Bert pre-tokenizers split at it: P* and ASCII's signs. */
  public static boolean isPunctuation(int point) {
    return (FLAGS.at(point) & PUNCTUATION) != 0;
  }

  /**
   * Whether BertNormalizer's {@code clean_text} drops it: control, format, private and (of those
   * that it knows) unassigned code points but tab, line feed and return; 0 and FFFD.
   */
  public static boolean isDroppedByBert(int point) {
    return (FLAGS.at(point) & CONTROL) != 0;
  }

  /** Whether BertNormalizer's {@code strip_accents} drops it: general category Mn. */
  public static boolean isMarkNonspacing(int point) {
    return (FLAGS.at(point) & NONSPACING) != 0;
  }

  /** Whether the StripAccents normalizer drops it: general categories M*. */
  public static boolean isCombiningMark(int point) {
    return (FLAGS.at(point) & COMBINING) != 0;
  }

  /** Whether it matches {@code \w} of Rust's regex crate (Whitespace, single words). */
  public static boolean isWord(int point) {
    return (FLAGS.at(point) & WORD) != 0;
  }

  /** Whether it matches {@code \s} of Rust's regex crate. */
  public static boolean isRegexSpace(int point) {
    return (FLAGS.at(point) & SPACE) != 0;
  }

  /** Whether BertNormalizer sets it between spaces. */
  public static boolean isChinese(int point) {
    return (FLAGS.at(point) & CHINESE) != 0;
  }

  /**
   * The lower case: Rust's {@code char::to_lowercase}. It is one code point, the given one if it
   * has none, but for {@link #DOTTED_I}, whose lower case is {@code i} and {@link #DOT_ABOVE}.
   */
  public static int lowercase(int point) {
    if (point < 128) {
      return point >= 'A' && point <= 'Z' ? point + 32 : point;
    }
    return (point & 0x1f0000) | (point + LOWERCASE.at(point) & 0xffff);
  }

  /**
   * The number of its script as the UnicodeScripts pre-tokenizer takes it (Hiragana and Katakana
   * are Han's), or {@link #ANY_SCRIPT}.
   */
  public static int script(int point) {
    return Scripts.NUMBERS.at(point);
  }

  private static PointTable lowercase() {
    PointTable.Builder deltas = new PointTable.Builder();
    int[] mappings = Tables.section("lowercase");
    for (int i = 0; i < mappings.length; i += 2 + mappings[i + 1]) {
      int from = mappings[i];
      int to = mappings[i + 2];
      if (from >>> 16 != to >>> 16 || (mappings[i + 1] > 1 && from != DOTTED_I)) {
        throw new IllegalStateException("a lower case that the table cannot hold: " + from);
      }
      deltas.put(from, to - from & 0xffff);
    }
    return deltas.build();
  }

  private static final class Scripts {
    static final PointTable NUMBERS =
        new PointTable.Builder().changes(Tables.section("script")).build();
  }
}
