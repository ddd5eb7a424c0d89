package dev.litegraft.tokenizer.unicode;

/**
 * White space as Python's {@code str} knows it, which is neither that of {@link String#strip()} nor
 * that of {@link String#trim()}.
 *
 * <p>Source: {@code _PyUnicode_IsWhitespace} of CPython: the bidirectional types WS, B and S, and
 * the category Zs.
 */
public final class WhiteSpace {
  private WhiteSpace() {}

  /** A text without the white space at its ends, as {@code str.strip()} gives it. */
  public static String strip(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isWhiteSpace(text.charAt(from))) {
      from++;
    }
    while (from < to && isWhiteSpace(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  /** No white space stands outside of the first plane. */
  private static boolean isWhiteSpace(char c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }
}
