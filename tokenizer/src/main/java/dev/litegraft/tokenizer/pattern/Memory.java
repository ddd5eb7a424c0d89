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

  private final Program program;
  private final int words; // of a page
  private final long[] @Nullable [] pages;
  private long used;

  Memory(Program program, int positions) {
    this.program = program;
    this.words = program.stateCount << (PAGE - 6);
    this.pages = new long[(positions >> PAGE) + 1][];
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
