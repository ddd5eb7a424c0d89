package dev.litegraft.tokenizer;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.Arrays;

/**
 * A part of a text while it is normalized: code points, and for each the part of the text as it was
 * given that it comes from. All places in the text are counted in code points.
 *
 * <p>Source: {@code NormalizedString} of {@code tokenizers/src/tokenizer/normalizer.rs}, whose
 * alignments this has, in code points and from the text's beginning.
 */
final class Segment {
  /** Growth that a text of a few characters may have in any case. */
  private static final int FREE_GROWTH = 1 << 20;

  /** How many times longer a text may become. */
  static final int MOST_GROWTH = 64;

  int[] points;
  int[] starts; // [point]: where the part of the text begins that it comes from
  int[] ends; // [point]: where it ends
  int length;

  /** Where the part of the text begins that this was cut out at. */
  int shift;

  private final int longest;

  private Segment(int[] points, int[] starts, int[] ends, int length, int shift, int longest) {
    this.points = points;
    this.starts = starts;
    this.ends = ends;
    this.length = length;
    this.shift = shift;
    this.longest = longest;
  }

  /** A text as it was given; the array is used, not copied. */
  static Segment of(int[] points, int length) {
    int[] starts = new int[length];
    int[] ends = new int[length];
    for (int i = 0; i < length; i++) {
      starts[i] = i;
      ends[i] = i + 1;
    }
    return new Segment(points, starts, ends, length, 0, longest(length));
  }

  private static int longest(int length) {
    return (int) Math.min(Integer.MAX_VALUE / 2, (long) length * MOST_GROWTH + FREE_GROWTH);
  }

  /** A copy of a part, cut out as a piece of its own. */
  Segment slice(int from, int to) {
    return new Segment(
        Arrays.copyOfRange(points, from, to),
        Arrays.copyOfRange(starts, from, to),
        Arrays.copyOfRange(ends, from, to),
        to - from,
        from < to ? starts[from] : shift,
        longest);
  }

  /** An empty one for the same text. */
  Segment empty(int room) {
    return new Segment(new int[room], new int[room], new int[room], 0, 0, longest);
  }

  /** Adds a code point that comes from a part of the text. */
  void add(int point, int start, int end) {
    if (length == points.length) {
      room(length + 1);
    }
    points[length] = point;
    starts[length] = start;
    ends[length++] = end;
  }

  /** Adds code points of another one. */
  void addAll(Segment other, int from, int to) {
    room(length + to - from);
    System.arraycopy(other.points, from, points, length, to - from);
    System.arraycopy(other.starts, from, starts, length, to - from);
    System.arraycopy(other.ends, from, ends, length, to - from);
    length += to - from;
  }

  private void room(int wanted) {
    if (wanted > longest) {
      throw new TokenizerException(
          "a text grows to more than " + longest + " characters while it is normalized",
          "the tokenizer's normalizer",
          "look for a Replace whose content is longer than its pattern, many times over");
    }
    if (wanted > points.length) {
      int room = Math.min(longest, Math.max(wanted, points.length + (points.length >> 1) + 8));
      points = Arrays.copyOf(points, room);
      starts = Arrays.copyOf(starts, room);
      ends = Arrays.copyOf(ends, room);
    }
  }

  /** Takes what another one holds. */
  void become(Segment other) {
    points = other.points;
    starts = other.starts;
    ends = other.ends;
    length = other.length;
  }

  /**
   * Replaces all code points.
   *
   * @param changes for each new code point: 1 if it is new, 0 if it stands for the next old one, -N
   *     if for the next old one and the N that follow, which are gone, [count]
   */
  void transform(int[] newPoints, int[] changes, int count) {
    if (count > longest) {
      room(count);
    }
    int[] newStarts = new int[count];
    int[] newEnds = new int[count];
    int old = 0;
    for (int i = 0; i < count; i++) {
      int change = changes[i];
      int from = change > 0 ? old - 1 : Math.min(old, length - 1);
      if (from < 0) {
        newStarts[i] = shift;
        newEnds[i] = shift;
      } else {
        newStarts[i] = starts[from];
        newEnds[i] = ends[from];
      }
      if (change <= 0) {
        old = Math.min(length, old + 1 - change);
      }
    }
    points = newPoints;
    starts = newStarts;
    ends = newEnds;
    length = count;
  }

  /** Puts code points before the first, if there is one; they come from where the first does. */
  void prepend(int[] before) {
    if (length == 0 || before.length == 0) {
      return;
    }
    Segment grown = empty(length + before.length);
    for (int point : before) {
      grown.add(point, starts[0], ends[0]);
    }
    grown.addAll(this, 0, length);
    become(grown);
  }
}
