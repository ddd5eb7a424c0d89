package dev.litegraft.tokenizer.pattern;

import java.util.Arrays;

/** An unchangeable set of code points. */
final class CharSet {
  static final int LAST = 0x10ffff;
  static final CharSet EMPTY = new CharSet(new int[0]);
  static final CharSet ALL = new CharSet(new int[] {0, LAST});

  /** From this many ranges on, the plane of 16 bits is held as bits. */
  private static final int MANY = 6;

  private final int[] ranges; // first, last, first, last …, rising, never touching
  private final long low; // the bits of 0 to 63
  private final long high; // of 64 to 127
  private volatile long[] plane; // of 0 to FFFF once they are asked for; empty before

  private CharSet(int[] ranges) {
    this.ranges = ranges;
    this.low = bits(0);
    this.high = bits(64);
    this.plane = new long[0];
  }

  /** One code point. */
  static CharSet of(int point) {
    return new CharSet(new int[] {point, point});
  }

  /** A range, both ends included. */
  static CharSet of(int first, int last) {
    return new CharSet(new int[] {first, last});
  }

  /** Ranges in any order. */
  static CharSet of(int[] ranges) {
    int n = ranges.length / 2;
    long[] sorted = new long[n];
    for (int i = 0; i < n; i++) {
      sorted[i] = (long) ranges[2 * i] << 32 | ranges[2 * i + 1];
    }
    Arrays.sort(sorted);
    int[] merged = new int[ranges.length];
    int length = 0;
    for (long range : sorted) {
      int first = (int) (range >>> 32);
      int last = (int) range;
      if (length > 0 && first <= merged[length - 1] + 1) {
        merged[length - 1] = Math.max(merged[length - 1], last);
      } else {
        merged[length++] = first;
        merged[length++] = last;
      }
    }
    return new CharSet(Arrays.copyOf(merged, length));
  }

  boolean contains(int point) {
    if (point < 128) {
      return ((point < 64 ? low : high) >>> point & 1) != 0;
    }
    if (ranges.length < 2 * MANY) {
      return search(point);
    }
    if (point < 0x10000) {
      long[] bits = plane;
      if (bits.length == 0) {
        bits = fill();
      }
      return (bits[point >>> 6] >>> point & 1) != 0;
    }
    return search(point);
  }

  boolean isEmpty() {
    return ranges.length == 0;
  }

  /** The only code point of the set, or -1 if there are more or none. */
  int single() {
    return ranges.length == 2 && ranges[0] == ranges[1] ? ranges[0] : -1;
  }

  CharSet or(CharSet other) {
    int[] both = Arrays.copyOf(ranges, ranges.length + other.ranges.length);
    System.arraycopy(other.ranges, 0, both, ranges.length, other.ranges.length);
    return of(both);
  }

  CharSet and(CharSet other) {
    return not().or(other.not()).not();
  }

  CharSet not() {
    int[] inverse = new int[ranges.length + 2];
    int length = 0;
    int next = 0;
    for (int i = 0; i < ranges.length; i += 2) {
      if (ranges[i] > next) {
        inverse[length++] = next;
        inverse[length++] = ranges[i] - 1;
      }
      next = ranges[i + 1] + 1;
    }
    if (next <= LAST) {
      inverse[length++] = next;
      inverse[length++] = LAST;
    }
    return new CharSet(Arrays.copyOf(inverse, length));
  }

  private long[] fill() {
    long[] bits = new long[0x10000 >> 6];
    for (int i = 0; i < ranges.length && ranges[i] < 0x10000; i += 2) {
      for (int c = ranges[i]; c <= Math.min(ranges[i + 1], 0xffff); c++) {
        bits[c >>> 6] |= 1L << c;
      }
    }
    plane = bits;
    return bits;
  }

  private boolean search(int point) {
    int from = 0;
    int to = ranges.length / 2 - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (point < ranges[2 * middle]) {
        to = middle - 1;
      } else if (point > ranges[2 * middle + 1]) {
        from = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  private long bits(int start) {
    long bits = 0;
    for (int c = start; c < start + 64; c++) {
      if (search(c)) {
        bits |= 1L << c;
      }
    }
    return bits;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CharSet set && Arrays.equals(ranges, set.ranges);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ranges);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < ranges.length; i += 2) {
      text.append(i == 0 ? "" : " ").append(Integer.toHexString(ranges[i]));
      if (ranges[i + 1] != ranges[i]) {
        text.append('-').append(Integer.toHexString(ranges[i + 1]));
      }
    }
    return text.append(']').toString();
  }
}
