package dev.litegraft.tokenizer;

/**
 * Pairs of tokens that are joined, in the order that they were learned: 16 bytes a pair and half.
 */
final class Merges {
  /** What {@link #find} gives where a pair is not joined. */
  static final int NONE = -1;

  private final long[] keys; // (left << 32 | right) + 1, or 0
  private final int[] ranks;
  private final int[] joined;
  private final int shift;

  Merges(int pairs) {
    int slots = Integer.highestOneBit(Math.max(4, pairs - 1)) * 4;
    keys = new long[slots];
    ranks = new int[slots];
    joined = new int[slots];
    shift = 64 - Integer.numberOfTrailingZeros(slots);
  }

  /** Adds a pair, or gives it another rank. */
  void put(int left, int right, int rank, int id) {
    long key = (((long) left << 32) | right) + 1;
    int slot = slot(key);
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    keys[slot] = key;
    ranks[slot] = rank;
    joined[slot] = id;
  }

  private int slot(long key) {
    long mixed = (key ^ (key >>> 29)) * 0x9E3779B97F4A7C15L;
    return (int) (mixed >>> shift);
  }

  /** The place of a pair, or {@link #NONE}. */
  int find(int left, int right) {
    long key = (((long) left << 32) | right) + 1;
    int slot = slot(key);
    long found;
    while ((found = keys[slot]) != 0) {
      if (found == key) {
        return slot;
      }
      slot = (slot + 1) & (keys.length - 1);
    }
    return NONE;
  }

  /** Whether what any pair is joined to has a mark behind another character. */
  boolean joinsAcross(int mark, Vocabulary vocabulary) {
    for (int slot = 0; slot < keys.length; slot++) {
      if (keys[slot] != 0 && vocabulary.has(vocabulary.entryOf(joined[slot]), mark)) {
        return true;
      }
    }
    return false;
  }

  /** The rank of the pair at a place. */
  int rank(int place) {
    return ranks[place];
  }

  /** What the pair at a place is joined to. */
  int joined(int place) {
    return joined[place];
  }
}
