package dev.litegraft.tokenizer;

import java.util.Arrays;

/**
 * What becomes of the delimiter when a text is cut.
 *
 * <p>Source: {@code SplitDelimiterBehavior} of {@code tokenizers/src/tokenizer/normalizer.rs}.
 */
enum Behavior {
  /** It is dropped. */
  REMOVED,
  /** It is a piece. */
  ISOLATED,
  /** It ends the piece before it. */
  MERGED_WITH_PREVIOUS,
  /** It begins the piece after it. */
  MERGED_WITH_NEXT,
  /** Several in a row are a piece. */
  CONTIGUOUS;

  /** Takes the parts of one piece, in order, and cuts it. */
  Cuts cuts(Pieces pieces) {
    return switch (this) {
      case REMOVED ->
          (from, to, delimiter) -> {
            if (!delimiter) {
              pieces.cut(from, to);
            }
          };
      case ISOLATED -> (from, to, delimiter) -> pieces.cut(from, to);
      case MERGED_WITH_PREVIOUS, CONTIGUOUS -> new Forward(pieces, this == CONTIGUOUS);
      case MERGED_WITH_NEXT -> new Backward(pieces);
    };
  }

  /** Where the parts of a piece go. */
  interface Cuts {
    /** The next part, and whether it is a delimiter. */
    void add(int from, int to, boolean delimiter);

    /** There is no further part. */
    default void end() {}
  }

  private static final class Forward implements Cuts {
    private final Pieces pieces;
    private final boolean contiguous;
    private boolean any;
    private boolean afterDelimiter;
    private int begin;
    private int last;

    Forward(Pieces pieces, boolean contiguous) {
      this.pieces = pieces;
      this.contiguous = contiguous;
    }

    @Override
    public void add(int from, int to, boolean delimiter) {
      boolean joins = contiguous ? delimiter == afterDelimiter : delimiter && !afterDelimiter;
      if (!any || !joins) {
        if (any) {
          pieces.cut(begin, last);
        }
        begin = from;
      }
      any = true;
      last = to;
      afterDelimiter = delimiter;
    }

    @Override
    public void end() {
      if (any) {
        pieces.cut(begin, last);
      }
    }
  }

  private static final class Backward implements Cuts {
    private final Pieces pieces;
    private int[] parts = new int[24];
    private int count;

    Backward(Pieces pieces) {
      this.pieces = pieces;
    }

    @Override
    public void add(int from, int to, boolean delimiter) {
      if (count + 3 > parts.length) {
        parts = Arrays.copyOf(parts, parts.length * 2);
      }
      parts[count++] = from;
      parts[count++] = to;
      parts[count++] = delimiter ? 1 : 0;
    }

    @Override
    public void end() {
      // From the end: a delimiter joins what follows it, unless that is a delimiter, too.
      boolean[] begins = new boolean[count / 3];
      boolean beforeDelimiter = false;
      for (int i = begins.length - 1; i >= 0; i--) {
        boolean delimiter = parts[3 * i + 2] == 1;
        boolean joins = delimiter && !beforeDelimiter && i < begins.length - 1;
        if (joins) {
          begins[i + 1] = false;
        }
        begins[i] = true;
        beforeDelimiter = delimiter;
      }
      int begin = 0;
      for (int i = 0; i < begins.length; i++) {
        if (begins[i]) {
          begin = parts[3 * i];
        }
        if (i + 1 == begins.length || begins[i + 1]) {
          pieces.cut(begin, parts[3 * i + 1]);
        }
      }
    }
  }
}
