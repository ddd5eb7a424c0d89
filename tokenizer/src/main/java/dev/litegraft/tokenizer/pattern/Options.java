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

  /** These, changed by the letters up to an ending sign, which is taken too: {@code i-m:}. */
  Options read(Reader reader, int end) {
    Options read = this;
    boolean on = true;
    int c = reader.next();
    while (c != end) {
      if (c == '-') {
        on = false;
      } else if (c >= 0 && c < 0x80 && "imxWDSP".indexOf(c) >= 0) {
        read = read.with(c, on);
      } else {
        throw reader.fault("an option of a group that is not known");
      }
      c = reader.next();
    }
    return read;
  }

  /** With one letter on or off. */
  private Options with(int letter, boolean on) {
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
      default ->
          throw new IllegalArgumentException("no option " + new String(Character.toChars(letter)));
    };
  }
}
