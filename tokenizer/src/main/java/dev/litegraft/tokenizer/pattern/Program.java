package dev.litegraft.tokenizer.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A pattern as instructions for {@link Machine}, each an operation with two numbers and up to two
 * sets. Bodies of look-around and of atomic groups are programs of their own inside it, which end
 * with {@link #MATCH}.
 */
final class Program {
  /** One code point of the set. */
  static final int SET = 0;

  /** One code point of the set, read backwards. */
  static final int SET_BACK = 1;

  /** As many of the set as there are, fewer if the rest does not match otherwise. */
  static final int STAR = 2;

  /** As many of the set as there are. */
  static final int ALL_OF = 3;

  /** First x, then y; x only if the next is of the set, y only if it is of the other set. */
  static final int SPLIT = 4;

  /** Goes on at x. */
  static final int JUMP = 5;

  /** Looks ahead or behind: the body is next, what follows at x; y is 1 for a negative one. */
  static final int LOOK = 6;

  /** Looks at one code point behind (x is 1) or ahead; y is 1 for a negative one. */
  static final int LOOK_AT = 7;

  /** Takes the first match of the body, which is next; what follows is at x. */
  static final int ATOMIC = 8;

  /** A condition on the position: number x of the program's anchors. */
  static final int ANCHOR = 9;

  /** Holds the position in register x. */
  static final int HOLD = 10;

  /** Goes on at y if nothing was taken since register x was held. */
  static final int CHECK = 11;

  /** The text of the last of the groups of list x that took part. */
  static final int REFER = 12;

  /** The end of the program or of a body. */
  static final int MATCH = 13;

  /** Looks behind with a body that is read forwards from wherever it may start; as LOOK. */
  static final int LOOK_BACK = 14;

  /** The place where the body of LOOK_BACK has to end. */
  static final int TARGET = 15;

  final String regex;
  final String where;
  final int[] operations;
  final int[] xs;
  final int[] ys;
  final @Nullable CharSet[] sets;
  final @Nullable CharSet[] otherSets;
  final int[][] references; // lists of groups
  final boolean[] ignoresCase; // of each list
  final Anchor[] anchors;

  /** Registers: 0 is the start of the match, then two for each group, then those of loops. */
  final int registers;

  /** Whether a state that failed fails always; not so with references to groups. */
  final boolean remembers;

  final boolean usesSearchStart;

  /** Whether {@code \K} sets the start of the match. */
  final boolean movesStart;

  /** The code points that a match can start with; null if it may be empty. */
  final @Nullable CharSet first;

  /** Where a failure is remembered: the first number of its states, or -1. */
  final int[] states;

  /** The registers of the loops around an instruction whose body may be empty, outer ones first. */
  final int[][] loops;

  final int stateCount;

  Program(Compiler compiler, @Nullable CharSet first) {
    this.regex = compiler.regex;
    this.where = compiler.where;
    int length = compiler.length;
    this.operations = Arrays.copyOf(compiler.operations, length);
    this.xs = Arrays.copyOf(compiler.xs, length);
    this.ys = Arrays.copyOf(compiler.ys, length);
    this.sets = Arrays.copyOf(compiler.sets, length);
    this.otherSets = Arrays.copyOf(compiler.otherSets, length);
    this.loops = Arrays.copyOf(compiler.loops, length);
    this.references = compiler.references.toArray(new int[0][]);
    this.ignoresCase = new boolean[compiler.ignoresCase.size()];
    for (int i = 0; i < ignoresCase.length; i++) {
      ignoresCase[i] = compiler.ignoresCase.get(i);
    }
    this.registers = compiler.registers;
    this.remembers = compiler.remembers;
    this.first = first;
    this.anchors = compiler.anchors.toArray(new Anchor[0]);
    boolean movesStart = false;
    for (int pc = 0; pc < length; pc++) {
      movesStart |= operations[pc] == HOLD && xs[pc] == 0;
    }
    this.movesStart = movesStart;
    this.usesSearchStart = compiler.anchors.contains(Anchor.SEARCH_START);
    this.states = new int[length];
    this.stateCount = numberStates();
  }

  /** Numbers the places that are reached in more than one way; the others need no memory. */
  private int numberStates() {
    int[] ways = new int[operations.length + 1];
    ways[0] = 1; // from the search
    for (int pc = 0; pc < operations.length; pc++) {
      switch (operations[pc]) {
        case SPLIT -> {
          ways[xs[pc]]++;
          ways[ys[pc]]++;
        }
        case JUMP -> ways[xs[pc]]++;
        case CHECK -> {
          ways[pc + 1]++;
          ways[ys[pc]]++;
        }
        case LOOK, LOOK_BACK, ATOMIC -> {
          ways[pc + 1]++;
          ways[xs[pc]]++;
        }
        case MATCH -> {}
        default -> ways[pc + 1]++;
      }
    }
    int count = 0;
    for (int pc = 0; pc < operations.length; pc++) {
      boolean remembered = operations[pc] == STAR || (ways[pc] > 1 && operations[pc] != MATCH);
      states[pc] = remembered ? count : -1;
      count += remembered ? loops[pc].length + 1 : 0;
    }
    return count;
  }
}
