package dev.litegraft.tokenizer;

import java.util.Arrays;

/**
 * A normalized text and the pieces that it is cut into so far: ranges of it in order, some of which
 * are an added token already.
 *
 * <p>Source: {@code PreTokenizedString} of {@code tokenizers/src/tokenizer/pre_tokenizer.rs}.
 */
final class Pieces {
  /** What stands for a token's id where a piece is none. */
  static final int TEXT = -1;

  Segment text;

  private int count;
  private int[] froms;
  private int[] tos;
  private int[] tokens;
  private int[] shifts;

  private int nextCount;
  private int[] nextFroms = new int[16];
  private int[] nextTos = new int[16];
  private int[] nextTokens = new int[16];
  private int[] nextShifts = new int[16];

  Pieces(Segment text) {
    this.text = text;
    this.froms = new int[16];
    this.tos = new int[16];
    this.tokens = new int[16];
    this.shifts = new int[16];
  }

  int count() {
    return count;
  }

  /** Where a piece begins in {@link #text}. */
  int from(int piece) {
    return froms[piece];
  }

  /** Where it ends. */
  int to(int piece) {
    return tos[piece];
  }

  /** The id of the added token that it is, or {@link #TEXT}. */
  int token(int piece) {
    return tokens[piece];
  }

  /** Where in the text as it was given the piece was cut out. */
  int shift(int piece) {
    return shifts[piece];
  }

  /** Adds a piece to those that will take the place of the present ones; an empty one is not. */
  void add(int from, int to, int token, int shift) {
    if (from >= to) {
      return;
    }
    if (nextCount == nextFroms.length) {
      int room = nextCount * 2;
      nextFroms = Arrays.copyOf(nextFroms, room);
      nextTos = Arrays.copyOf(nextTos, room);
      nextTokens = Arrays.copyOf(nextTokens, room);
      nextShifts = Arrays.copyOf(nextShifts, room);
    }
    nextFroms[nextCount] = from;
    nextTos[nextCount] = to;
    nextTokens[nextCount] = token;
    nextShifts[nextCount++] = shift;
  }

  /** Adds a piece of the present text that is cut out now. */
  void cut(int from, int to) {
    if (from < to) {
      add(from, to, TEXT, text.starts[from]);
    }
  }

  /** Adds a piece of a text that is cut out now. */
  void cut(Segment source, int from, int to, int token) {
    if (from < to) {
      add(from, to, token, source.starts[from]);
    }
  }

  /** Keeps a piece as it is. */
  void keep(int piece) {
    add(froms[piece], tos[piece], tokens[piece], shifts[piece]);
  }

  /** Lets the added pieces take the place of the present ones. */
  void turn() {
    int[] spare = froms;
    froms = nextFroms;
    nextFroms = spare;
    spare = tos;
    tos = nextTos;
    nextTos = spare;
    spare = tokens;
    tokens = nextTokens;
    nextTokens = spare;
    spare = shifts;
    shifts = nextShifts;
    nextShifts = spare;
    count = nextCount;
    nextCount = 0;
  }
}
