package dev.litegraft.runtime;

/** What joins the character before it. */
final class CodePoints {
  private CodePoints() {}

  /**
   * The end of a token's place, moved past what normalization joined to its last character:
   * combining marks, and the vowels and finals of a decomposed Korean syllable. Tokenizers leave
   * them between the tokens.
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
}
