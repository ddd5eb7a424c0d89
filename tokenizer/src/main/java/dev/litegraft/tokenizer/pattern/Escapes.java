package dev.litegraft.tokenizer.pattern;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The escapes of one letter that need nothing else: types, anchors, line ends. */
final class Escapes {
  static final CharSet NO_LINE_FEED = CharSet.of('\n').not();

  private static final CharSet LINE_ENDS =
      CharSet.of(new int[] {'\n', '\r', 0x85, 0x85, 0x2028, 0x2029});

  static final Node WINDOWS_LINE_END =
      new Node.Sequence(
          List.of(new Node.Chars(CharSet.of('\r')), new Node.Chars(CharSet.of('\n'))));

  /** {@code \R}: the two of Windows together, or one. */
  private static final Node LINE_END =
      new Node.Atomic(new Node.Alternation(List.of(WINDOWS_LINE_END, new Node.Chars(LINE_ENDS))));

  private Escapes() {}

  /** What the letter behind a backslash stands for, or null if it is none of these. */
  static @Nullable Node of(int letter, Options options) {
    CharSet type = ClassParser.type(letter, false, options);
    if (type != null) {
      return new Node.Chars(type);
    }
    boolean ascii = options.asciiWord() || options.asciiPosix();
    return switch (letter) {
      case 'b' -> anchor(ascii ? Anchor.ASCII_WORD_BOUNDARY : Anchor.WORD_BOUNDARY);
      case 'B' -> anchor(ascii ? Anchor.NO_ASCII_WORD_BOUNDARY : Anchor.NO_WORD_BOUNDARY);
      case 'A' -> anchor(Anchor.TEXT_START);
      case 'Z' -> anchor(Anchor.TEXT_END_OR_NEWLINE);
      case 'z' -> anchor(Anchor.TEXT_END);
      case 'G' -> anchor(Anchor.SEARCH_START);
      case 'K' -> new Node.Keep();
      case 'R' -> LINE_END;
      case 'N' -> new Node.Chars(NO_LINE_FEED);
      case 'O' -> new Node.Chars(CharSet.ALL);
      default -> null;
    };
  }

  private static Node anchor(Anchor kind) {
    return new Node.Place(kind);
  }
}
