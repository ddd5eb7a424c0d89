package dev.litegraft.runtime;

import org.jspecify.annotations.Nullable;

/**
 * Where each code point of a text begins, in UTF-16 units: Rust counts the former, Java the latter.
 */
final class CodePoints {
  private final int @Nullable [] units;

  private CodePoints(int @Nullable [] units) {
    this.units = units;
  }

  static CodePoints of(String text) {
    int count = text.codePointCount(0, text.length());
    if (count == text.length()) {
      return new CodePoints(null);
    }
    int[] units = new int[count + 1];
    int unit = 0;
    for (int i = 0; i < count; i++) {
      units[i] = unit;
      unit += Character.charCount(text.codePointAt(unit));
    }
    units[count] = unit;
    return new CodePoints(units);
  }

  /**
   * The end of a token's place, moved past what normalization joined to its last character:
   * combining marks, and the vowels and finals of a decomposed Korean syllable. The native
   * tokenizer leaves them between the tokens.
   *
   * @param limit where the next token begins
   */
  static int pastJoined(String text, int end, int limit) {
    int moved = end;
    while (moved < limit && joins(text.codePointAt(moved))) {
      moved += Character.charCount(text.codePointAt(moved));
    }
    return moved;
  }

  private static boolean joins(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          true;
      default ->
          (codePoint >= 0x1160 && codePoint <= 0x11FF)
              || (codePoint >= 0xD7B0 && codePoint <= 0xD7FF);
    };
  }

  /** The index in UTF-16 units of a code point's index. */
  int unit(int codePoint) {
    return units == null ? codePoint : units[codePoint];
  }
}
