package dev.litegraft.web.brotli;

import java.util.ArrayList;
import java.util.List;

/** What a reader does: takes bytes as they are, and copies some that were there before. */
final class Commands {
  /**
   * One.
   *
   * @param at of the first byte that is taken as it is
   * @param taken how many of those
   * @param copied bytes after them; 0 at the end
   * @param symbol of the distance; {@link #NO_DISTANCE} at the end
   * @param bits that follow the symbol
   * @param bitCount how many
   */
  record Command(int at, int taken, int copied, int symbol, int bits, int bitCount) {
    /** Whether the distance need not be told: it is the last one, and the lengths are short. */
    boolean distanceIsImplied() {
      return symbol == 0 && taken < 10 && copied < 70 && copied > 0;
    }
  }

  static final int NO_DISTANCE = -1;

  /** Waiting for the next byte must save this much. */
  private static final float PATIENCE = 5.5f;

  private static final int MOST_WAITS = 4;

  /** Distances that are the last one or the one before, and something: the symbols from 4 on. */
  private static final int[] NEAR = {-1, 1, -2, 2, -3, 3};

  private final Matches matches;
  private final int[] known = {4, 11, 15, 16};

  Commands(byte[] data) {
    this.matches = new Matches(data);
  }

  /** Those that make the bytes from {@code begin} to {@code end}. */
  List<Command> of(int begin, int end) {
    List<Command> commands = new ArrayList<>();
    int taken = begin;
    int at = begin;
    while (at < end) {
      if (!matches.find(at, end, known)) {
        at++;
        continue;
      }
      int length = matches.length();
      int distance = matches.distance();
      float score = matches.score();
      for (int waits = 0; waits < MOST_WAITS && at + 1 < end; waits++) {
        if (!matches.find(at + 1, end, known) || matches.score() < score + PATIENCE) {
          break;
        }
        at++;
        length = matches.length();
        distance = matches.distance();
        score = matches.score();
      }
      commands.add(command(taken, at - taken, length, distance));
      at += length;
      taken = at;
    }
    if (taken < end) {
      commands.add(new Command(taken, end - taken, 0, NO_DISTANCE, 0, 0));
    }
    return commands;
  }

  private Command command(int at, int taken, int copied, int distance) {
    int symbol = known(distance);
    if (symbol != 0) {
      System.arraycopy(known, 0, known, 1, known.length - 1);
      known[0] = distance;
    }
    if (symbol >= 0) {
      return new Command(at, taken, copied, symbol, 0, 0);
    }
    int shifted = distance + 3;
    int bitCount = Integer.SIZE - 2 - Integer.numberOfLeadingZeros(shifted);
    int half = (shifted >> bitCount) & 1;
    int bits = shifted & ((1 << bitCount) - 1);
    return new Command(at, taken, copied, 16 + 2 * (bitCount - 1) + half, bits, bitCount);
  }

  /** The symbol of a distance that can be told by those before; -1 if it cannot. */
  private int known(int distance) {
    for (int i = 0; i < known.length; i++) {
      if (known[i] == distance) {
        return i;
      }
    }
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < NEAR.length; k++) {
        if (known[i] + NEAR[k] == distance) {
          return 4 + NEAR.length * i + k;
        }
      }
    }
    return -1;
  }
}
