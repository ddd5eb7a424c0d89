package dev.litegraft.tokenizer.unicode;

import java.util.Arrays;

/**
 * The four normal forms of Unicode as the native library computes them (the crate
 * unicode-normalization-alignments 0.1.12, Unicode 9.0), with the change that each code point of
 * the result stands for.
 *
 * <p>Source: Unicode Standard Annex 15.
 */
public enum Normalization {
  /** Canonical decomposition, then composition. */
  NFC(false, true, 1 << 8),
  /** Canonical decomposition. */
  NFD(false, false, 1 << 9),
  /** Compatibility decomposition, then composition. */
  NFKC(true, true, 1 << 10),
  /** Compatibility decomposition. */
  NFKD(true, false, 1 << 11);

  private final boolean compatible;
  private final boolean composed;

  /** The bit of {@link NormalTables#flags} of code points that may not stand in this form. */
  final int suspicious;

  Normalization(boolean compatible, boolean composed, int suspicious) {
    this.compatible = compatible;
    this.composed = composed;
    this.suspicious = suspicious;
  }

  /**
   * A normalized text.
   *
   * @param points [length], code points; the array may be longer
   * @param changes [length], for each code point 0 if it stands for one of the source, 1 if it was
   *     added behind the one before, -n if it stands for one and n that follow it
   * @param length how many
   */
  public record Result(int[] points, int[] changes, int length) {}

  /**
   * Whether the text may not be in this form yet; false is sure: {@link #apply} would give the same
   * code points with no change.
   */
  public boolean changes(int[] points, int from, int to) {
    int safe = compatible ? 0xa0 : composed ? 0x300 : 0xc0;
    for (int i = from; i < to; i++) {
      if (points[i] >= safe && (NormalTables.flags(points[i]) & suspicious) != 0) {
        return true;
      }
    }
    return false;
  }

  /** The text from {@code from} to before {@code to} in this form. */
  public Result apply(int[] points, int from, int to) {
    Decomposition decomposition = new Decomposition(to - from);
    for (int i = from; i < to; i++) {
      decomposition.append(points[i], compatible);
    }
    decomposition.order(decomposition.length);
    int length = composed ? decomposition.compose() : decomposition.length;
    return new Result(decomposition.points, decomposition.changes, length);
  }

  /** The decomposed text, in canonical order up to the last code point of class 0. */
  private static final class Decomposition {
    int[] points;
    int[] changes;
    int length;
    private byte[] classes;
    private int pending; // where the marks start that are not in order yet

    Decomposition(int length) {
      int capacity = length + (length >> 2) + 8;
      points = new int[capacity];
      changes = new int[capacity];
      classes = new byte[capacity];
    }

    void append(int point, boolean compatible) {
      if (point < 0xa0) {
        add(point, 0, 0);
        return;
      }
      if (point >= Hangul.SYLLABLES && point < Hangul.SYLLABLES + Hangul.SYLLABLE_COUNT) {
        int index = point - Hangul.SYLLABLES;
        add(Hangul.LEADING + index / Hangul.PER_LEADING, 0, 0);
        add(Hangul.VOWELS + index % Hangul.PER_LEADING / Hangul.TRAILING_COUNT, 1, 0);
        int trailing = index % Hangul.TRAILING_COUNT;
        if (trailing > 0) {
          add(Hangul.TRAILING + trailing, 1, 0);
        }
        return;
      }
      int[] table = NormalTables.DECOMPOSITIONS;
      int at = NormalTables.decomposition(point, compatible);
      if (at < 0) {
        add(point, 0, NormalTables.combiningClass(point));
        return;
      }
      int end = at + 1 + table[at];
      for (int i = at + 1; i < end; i++) {
        add(table[i], i > at + 1 ? 1 : 0, NormalTables.combiningClass(table[i]));
      }
    }

    private void add(int point, int change, int combiningClass) {
      if (combiningClass == 0) {
        order(length);
        pending = length + 1;
      }
      if (length == points.length) {
        int capacity = 2 * length;
        points = Arrays.copyOf(points, capacity);
        changes = Arrays.copyOf(changes, capacity);
        classes = Arrays.copyOf(classes, capacity);
      }
      points[length] = point;
      changes[length] = change;
      classes[length++] = (byte) combiningClass;
    }

    /** Sorts the pending marks by their class; equal ones keep their order. */
    void order(int end) {
      int count = end - pending;
      if (count < 2) {
        return;
      }
      boolean ordered = true;
      for (int i = pending + 1; i < end && ordered; i++) {
        ordered = (classes[i - 1] & 255) <= (classes[i] & 255);
      }
      if (ordered) {
        return;
      }
      long[] keys = new long[count];
      for (int i = 0; i < count; i++) {
        keys[i] = (long) (classes[pending + i] & 255) << 32 | i;
      }
      Arrays.sort(keys);
      int[] oldPoints = Arrays.copyOfRange(points, pending, end);
      int[] oldChanges = Arrays.copyOfRange(changes, pending, end);
      for (int i = 0; i < count; i++) {
        int old = (int) keys[i];
        points[pending + i] = oldPoints[old];
        changes[pending + i] = oldChanges[old];
        classes[pending + i] = (byte) (keys[i] >>> 32);
      }
    }

    /** Composes in place and gives the new length. */
    int compose() {
      int written = 0;
      int starter = -1; // where the code point stands that others join
      int lastClass = -1; // of the mark between it and the next one; -1 for none
      for (int i = 0; i < length; i++) {
        int combiningClass = classes[i] & 255;
        if (starter >= 0 && lastClass < combiningClass) {
          int composed = NormalTables.compose(points[starter], points[i]);
          if (composed >= 0) {
            points[starter] = composed;
            changes[starter] += changes[i] - 1;
            continue;
          }
        }
        if (combiningClass == 0) {
          starter = written;
          lastClass = -1;
        } else if (starter >= 0) {
          lastClass = combiningClass;
        }
        points[written] = points[i];
        changes[written++] = changes[i];
      }
      return written;
    }
  }
}
