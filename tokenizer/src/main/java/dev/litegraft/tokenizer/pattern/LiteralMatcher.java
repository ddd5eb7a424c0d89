package dev.litegraft.tokenizer.pattern;

/** The places of a text, which is not empty, in another. */
final class LiteralMatcher implements Matcher {
  private final int[] text;
  private final int[] points;
  private final int to;
  private int start;
  private int end;

  /** How far the text goes on with its own beginning: Knuth, Morris and Pratt's table. */
  private final int[] borders;

  LiteralMatcher(int[] text, int[] borders, int[] points, int from, int to) {
    this.text = text;
    this.borders = borders;
    this.points = points;
    this.to = to;
    this.end = from;
  }

  static int[] borders(int[] text) {
    int[] borders = new int[text.length];
    for (int i = 1, length = 0; i < text.length; ) {
      if (text[i] == text[length]) {
        borders[i++] = ++length;
      } else if (length > 0) {
        length = borders[length - 1];
      } else {
        i++;
      }
    }
    return borders;
  }

  @Override
  public boolean find() {
    int matched = 0;
    for (int i = end; i < to; i++) {
      while (matched > 0 && points[i] != text[matched]) {
        matched = borders[matched - 1];
      }
      if (points[i] == text[matched] && ++matched == text.length) {
        start = i + 1 - text.length;
        end = i + 1;
        return true;
      }
    }
    end = to;
    return false;
  }

  @Override
  public int start() {
    return start;
  }

  @Override
  public int end() {
    return end;
  }
}
