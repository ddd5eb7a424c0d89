package dev.litegraft.tokenizer.pattern;

import java.util.List;

/** A part of a pattern as it was read. */
sealed interface Node {
  Node EMPTY = new Sequence(List.of());

  /** One code point of a set. */
  record Chars(CharSet set) implements Node {}

  /**
   * A text.
   *
   * @param several whether one code point may stand for several where case is ignored; not so in
   *     look-behind
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Literal(int[] points, boolean ignoreCase, boolean several) implements Node {}

  /** One behind the other. */
  record Sequence(List<Node> parts) implements Node {}

  /** The first that leads to a match. */
  record Alternation(List<Node> choices) implements Node {}

  /**
   * A repetition.
   *
   * @param max {@link #ENDLESS} for no limit
   * @param greedy whether more is tried before less
   */
  record Repeat(Node body, int min, int max, boolean greedy) implements Node {
    static final int ENDLESS = -1;
  }

  /** A group with options of its own, which keeps its body apart from what stands around it. */
  record Group(Node body) implements Node {}

  /** What matched once is not tried again in another way. */
  record Atomic(Node body) implements Node {}

  /** What stands before or behind, without being taken. */
  record Look(Node body, boolean behind, boolean negative) implements Node {}

  /** A condition on the position. */
  record Place(Anchor kind) implements Node {}

  /** A group that is remembered. */
  record Capture(int number, Node body) implements Node {}

  /** The text of the last of these groups that took part. */
  record Backreference(List<Integer> numbers, boolean ignoreCase) implements Node {}

  /** The match starts here: {@code \K}. */
  record Keep() implements Node {}
}
