package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.unicode.Properties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Case that is ignored, as Oniguruma ignores it: single code points stand for each other, and some
 * for texts of two or three, so that {@code (?i)ss} matches {@code ß} and the other way round.
 */
final class Folding {
  private Folding() {}

  /**
   * A literal text whose case is ignored.
   *
   * @param several whether one code point may stand for several; not so in look-behind
   */
  static Node literal(int[] points, boolean several) {
    List<Node> parts = new ArrayList<>();
    int at = 0;
    while (at < points.length) {
      int[] longFold = several ? longFoldAt(points, at) : NONE;
      if (longFold.length > 0) {
        parts.add(alternatives(longFold));
        at += longFold.length;
        continue;
      }
      int point = points[at++];
      int[] own = several ? Properties.longFold(point) : NONE;
      parts.add(own.length > 0 ? alternatives(own) : new Node.Chars(single(point)));
    }
    return parts.size() == 1 ? parts.get(0) : new Node.Sequence(parts);
  }

  /** A code point and all that it stands for. */
  static CharSet single(int point) {
    int[] equal = Properties.equals(point);
    CharSet set = CharSet.of(point);
    for (int other : equal) {
      set = set.or(CharSet.of(other));
    }
    return set;
  }

  /** A class as it was written, before it is negated, with all that its members stand for. */
  static CharSet closure(CharSet set) {
    List<Integer> added = new ArrayList<>();
    for (int point : Properties.folded()) {
      if (set.contains(point)) {
        for (int other : Properties.equals(point)) {
          added.add(other);
        }
      }
    }
    int[] ranges = new int[2 * added.size()];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = added.get(i / 2);
    }
    return set.or(CharSet.of(ranges));
  }

  /** The texts of several code points that members of a class stand for. */
  static List<Node> texts(CharSet set) {
    List<int[]> folds = new ArrayList<>();
    for (int point : Properties.longFolded()) {
      int[] fold = Properties.longFold(point);
      if (set.contains(point) && folds.stream().noneMatch(known -> Arrays.equals(known, fold))) {
        folds.add(fold);
      }
    }
    List<Node> texts = new ArrayList<>();
    folds.forEach(fold -> texts.add(text(fold)));
    return texts;
  }

  private static final int[] NONE = {};

  /** The longest text of several code points that a single one stands for, at a place. */
  private static int[] longFoldAt(int[] points, int at) {
    int[] longest = NONE;
    for (int point : Properties.longFolded()) {
      int[] fold = Properties.longFold(point);
      if (fold.length > longest.length && at + fold.length <= points.length) {
        boolean equal = true;
        for (int i = 0; i < fold.length && equal; i++) {
          equal = single(fold[i]).contains(points[at + i]);
        }
        longest = equal ? fold : longest;
      }
    }
    return longest;
  }

  private static Node alternatives(int[] fold) {
    CharSet singles = CharSet.EMPTY;
    for (int point : Properties.longFolded()) {
      if (Arrays.equals(Properties.longFold(point), fold)) {
        singles = singles.or(CharSet.of(point));
      }
    }
    return new Node.Alternation(List.of(new Node.Chars(singles), text(fold)));
  }

  private static Node text(int[] fold) {
    List<Node> parts = new ArrayList<>();
    for (int point : fold) {
      parts.add(new Node.Chars(single(point)));
    }
    return new Node.Sequence(parts);
  }
}
