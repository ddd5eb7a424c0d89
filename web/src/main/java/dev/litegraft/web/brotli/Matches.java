package dev.litegraft.web.brotli;

import java.util.Arrays;

/** Finds what was there before. Scores are bits that are saved, roughly. */
final class Matches {
  /** How far back a copy may reach. */
  static final int WINDOW = (1 << Brotli.WINDOW_BITS) - 16;

  private static final int HASH_BITS = 17;
  private static final int HASHED = 4;
  private static final int MOST_TRIED = 16;

  /** A copy that is this long is not improved. */
  private static final int LONG_ENOUGH = 512;

  /** What a byte takes that is not copied. */
  private static final float BYTE_BITS = 4.7f;

  /** What a distance takes beside its own bits, and one of the last four. */
  private static final float DISTANCE_BITS = 5.5f;

  private static final float KNOWN_BITS = 3;

  private final byte[] data;
  private final int[] heads = new int[1 << HASH_BITS];
  private final int[] before;
  private int entered;

  private int length;
  private int distance;
  private float score;

  Matches(byte[] data) {
    this.data = data;
    this.before = new int[data.length];
    Arrays.fill(heads, -1);
  }

  /** Of the copy that was found. */
  int length() {
    return length;
  }

  int distance() {
    return distance;
  }

  float score() {
    return score;
  }

  /**
   * Looks for the best copy.
   *
   * @param end where it must end at the latest
   * @param known the last four distances, the last one first
   * @return whether there is one that saves something
   */
  boolean find(int at, int end, int[] known) {
    length = 0;
    score = 0;
    for (int i = 0; i < known.length; i++) {
      if (known[i] <= at) {
        consider(at, at - known[i], end, i == 0 ? 0 : KNOWN_BITS + i, 2);
      }
    }
    enter(at);
    if (at + HASHED > data.length) {
      return score > 0;
    }
    int candidate = heads[hash(at)];
    for (int tried = 0; candidate >= 0 && tried < MOST_TRIED; tried++) {
      if (at - candidate > WINDOW || length >= LONG_ENOUGH) {
        break;
      }
      int power = Integer.SIZE - Integer.numberOfLeadingZeros(at - candidate);
      consider(at, candidate, end, DISTANCE_BITS + power, HASHED);
      candidate = before[candidate];
    }
    return score > 0;
  }

  private void consider(int at, int from, int end, float price, int shortest) {
    int most = end - at;
    if (length < most && length > 0 && data[from + length] != data[at + length]) {
      return; // it could only be shorter, at a higher price
    }
    int same = Arrays.mismatch(data, at, end, data, from, from + most);
    int found = same < 0 ? most : same;
    float saved = found * BYTE_BITS - price - 3;
    if (found >= shortest && saved > score) {
      length = found;
      distance = at - from;
      score = saved;
    }
  }

  /** What stands before {@code at} can be copied from now on. */
  private void enter(int at) {
    int end = Math.min(at, data.length - HASHED + 1);
    for (; entered < end; entered++) {
      int hash = hash(entered);
      before[entered] = heads[hash];
      heads[hash] = entered;
    }
  }

  private int hash(int at) {
    int four =
        (data[at] & 0xFF)
            | ((data[at + 1] & 0xFF) << 8)
            | ((data[at + 2] & 0xFF) << 16)
            | (data[at + 3] << 24);
    return (four * 0x9E3779B1) >>> (Integer.SIZE - HASH_BITS);
  }
}
