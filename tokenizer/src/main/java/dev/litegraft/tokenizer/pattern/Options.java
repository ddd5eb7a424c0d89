package dev.litegraft.tokenizer.pattern;

/**
 * What {@code (?imxWDSP)} switches.
 *
 * @param ignoreCase i
 * @param dotAll m: a dot matches a line feed too
 * @param extended x: white space and comments are skipped
 * @param asciiWord W
 * @param asciiDigit D
 * @param asciiSpace S
 * @param asciiPosix P
 */
record Options(
    boolean ignoreCase,
    boolean dotAll,
    boolean extended,
    boolean asciiWord,
    boolean asciiDigit,
    boolean asciiSpace,
    boolean asciiPosix) {
  static final Options NONE = new Options(false, false, false, false, false, false, false);

  /** With one letter on or off; the same object's null if there is no such letter. */
  Options with(int letter, boolean on) {
    return switch (letter) {
      case 'i' -> new Options(on, dotAll, extended, asciiWord, asciiDigit, asciiSpace, asciiPosix);
      case 'm' ->
          new Options(ignoreCase, on, extended, asciiWord, asciiDigit, asciiSpace, asciiPosix);
      case 'x' ->
          new Options(ignoreCase, dotAll, on, asciiWord, asciiDigit, asciiSpace, asciiPosix);
      case 'W' -> new Options(ignoreCase, dotAll, extended, on, asciiDigit, asciiSpace, asciiPosix);
      case 'D' -> new Options(ignoreCase, dotAll, extended, asciiWord, on, asciiSpace, asciiPosix);
      case 'S' -> new Options(ignoreCase, dotAll, extended, asciiWord, asciiDigit, on, asciiPosix);
      case 'P' -> new Options(ignoreCase, dotAll, extended, asciiWord, asciiDigit, asciiSpace, on);
      default -> throw new IllegalArgumentException("no option " + Character.toString(letter));
    };
  }
}
