package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.error.TokenizerException;
import org.jspecify.annotations.Nullable;

/**
 * Which states are known to fail, one bit for each state and position, in pages that are made where
 * they are needed.
 */
final class Memory {
  private static final int PAGE = 10; // positions of a page, as a power of two
  private static final long MOST = 8L << 20; // words, that is 64 MB

  private static final int MOST_SUCCESSES = 2 << 20; // of at most 48 MB

  private final Program program;
  private final int words; // of a page
  private final long[] @Nullable [] pages;
  private long used;

  Memory(Program program, int positions) {
    this.program = program;
    this.words = program.stateCount << (PAGE - 6);
    this.pages = new long[(positions >> PAGE) + 1][];
  }

  /** The successes of the bodies of look-around and atomic groups: state << 32 | position. */
  private long[] keys = new long[0];

  private int[] ends = new int[0];
  private int successes;

  /** Where a body ended that came to a state at a position, or -1 if that is not known. */
  int end(int state, int position) {
    if (successes == 0) {
      return -1;
    }
    long key = key(state, position);
    int slot = slot(key);
    while (keys[slot] != 0) {
      if (keys[slot] == key) {
        return ends[slot];
      }
      slot = (slot + 1) & (keys.length - 1);
    }
    return -1;
  }

  /** Remembers where a body ended that came to a state at a position. */
  void succeed(int state, int position, int end) {
    if (successes == MOST_SUCCESSES) {
      return;
    }
    if (2 * successes >= keys.length) {
      grow();
    }
    long key = key(state, position);
    int slot = slot(key);
    while (keys[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    successes += keys[slot] == 0 ? 1 : 0;
    keys[slot] = key;
    ends[slot] = end;
  }

  private void grow() {
    long[] oldKeys = keys;
    int[] oldEnds = ends;
    keys = new long[Math.max(1024, 2 * oldKeys.length)];
    ends = new int[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(oldKeys[i]);
        while (keys[slot] != 0) {
          slot = (slot + 1) & (keys.length - 1);
        }
        keys[slot] = oldKeys[i];
        ends[slot] = oldEnds[i];
      }
    }
  }

  private static long key(int state, int position) {
    return ((long) (state + 1) << 32) | position; // never 0
  }

  private int slot(long key) {
    return (int) ((key * 0x9e3779b97f4a7c15L) >>> 33) & (keys.length - 1);
  }

  boolean failed(int state, int position) {
    long[] page = pages[position >> PAGE];
    if (page == null) {
      return false;
    }
    int bit = state << PAGE | (position & (1 << PAGE) - 1);
    return (page[bit >> 6] >>> bit & 1) != 0;
  }

  void fail(int state, int position) {
    long[] page = pages[position >> PAGE];
    if (page == null) {
      used += words;
      if (used > MOST) {
        throw tooMuch(program, "it needs more than 64 MB for this text");
      }
      page = new long[words];
      pages[position >> PAGE] = page;
    }
    int bit = state << PAGE | (position & (1 << PAGE) - 1);
    page[bit >> 6] |= 1L << bit;
  }

  /** Forgets what lies before a position. */
  void forget(int position) {
    for (int i = (position >> PAGE) - 1; i >= 0 && pages[i] != null; i--) {
      pages[i] = null;
      used -= words;
    }
  }

  static TokenizerException tooMuch(Program program, String why) {
    return Reader.fault(program.regex, why, program.where);
  }
}
