package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.unicode.Properties;

/** The conditions on a position. */
enum Anchor {
  LINE_START,
  LINE_END,
  TEXT_START,
  TEXT_END,
  TEXT_END_OR_NEWLINE,
  SEARCH_START,
  WORD_BOUNDARY,
  NO_WORD_BOUNDARY,
  ASCII_WORD_BOUNDARY,
  NO_ASCII_WORD_BOUNDARY;

  /**
   * Whether it holds at a position of the text from {@code from} to before {@code to}.
   *
   * @param searchStart where the present search began
   */
  boolean holds(int[] points, int from, int to, int searchStart, int at) {
    return switch (this) {
      case LINE_START -> at == from || (at < to && points[at - 1] == '\n');
      case LINE_END -> at == to || points[at] == '\n';
      case TEXT_START -> at == from;
      case TEXT_END -> at == to;
      case TEXT_END_OR_NEWLINE -> at == to || (at == to - 1 && points[at] == '\n');
      case SEARCH_START -> at == searchStart;
      case WORD_BOUNDARY -> boundary(points, from, to, at, CharSet.LAST);
      case NO_WORD_BOUNDARY -> !boundary(points, from, to, at, CharSet.LAST);
      case ASCII_WORD_BOUNDARY -> boundary(points, from, to, at, 127);
      case NO_ASCII_WORD_BOUNDARY -> !boundary(points, from, to, at, 127);
    };
  }

  private static boolean boundary(int[] points, int from, int to, int at, int highest) {
    boolean before = at > from && word(points[at - 1], highest);
    boolean behind = at < to && word(points[at], highest);
    return before != behind;
  }

  private static boolean word(int point, int highest) {
    return point <= highest && Words.SET.contains(point);
  }

  private static final class Words {
    static final CharSet SET = CharSet.of(Properties.type('w'));
  }
}
