package dev.litegraft.tokenizer.unicode;

/** The arithmetic of Hangul's syllables (The Unicode Standard, 3.12). */
final class Hangul {
  static final int SYLLABLES = 0xac00;
  static final int LEADING = 0x1100;
  static final int VOWELS = 0x1161;
  static final int TRAILING = 0x11a7; // the one before the first
  static final int LEADING_COUNT = 19;
  static final int VOWEL_COUNT = 21;
  static final int TRAILING_COUNT = 28;
  static final int PER_LEADING = VOWEL_COUNT * TRAILING_COUNT;
  static final int SYLLABLE_COUNT = LEADING_COUNT * PER_LEADING;

  private Hangul() {}

  /** The syllable of two parts, or -1. */
  static int compose(int first, int second) {
    int leading = first - LEADING;
    int vowel = second - VOWELS;
    if (leading >= 0 && leading < LEADING_COUNT) {
      return vowel >= 0 && vowel < VOWEL_COUNT
          ? SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT
          : -1;
    }
    int syllable = first - SYLLABLES;
    int trailing = second - TRAILING;
    return syllable >= 0
            && syllable < SYLLABLE_COUNT
            && syllable % TRAILING_COUNT == 0
            && trailing > 0
            && trailing < TRAILING_COUNT
        ? first + trailing
        : -1;
  }
}
