package dev.litegraft.tokenizer.pattern;

import java.util.Arrays;

/** What a {@link Machine} goes back to: the ways that it has not tried yet, on a stack. */
final class Ways {
  /** An instruction to go on from and the position. */
  static final int OTHER_WAY = 0;

  /** The instruction of a run, the least position that it may end at, and the present one. */
  static final int FEWER = 1;

  /** A state and its position: it fails when this is reached again. */
  static final int FAILED = 2;

  /** A register and the value that it had. */
  static final int RESTORE = 3;

  /** Numbers that one takes; the kind stands in the lowest two bits of the first. */
  static final int FRAME = 3;

  private static final int DEEPEST = 24 << 20; // numbers, that is 96 MB

  private final Program program;
  private int[] stack = new int[96];

  /** How many numbers lie on the stack. */
  int depth;

  Ways(Program program) {
    this.program = program;
  }

  void push(int kind, int number, int second, int third) {
    if (depth + FRAME > stack.length) {
      if (depth >= DEEPEST) {
        throw Memory.tooMuch(program, "it goes too deep for this text");
      }
      stack = Arrays.copyOf(stack, 2 * stack.length);
    }
    stack[depth] = number << 2 | kind;
    stack[depth + 1] = second;
    stack[depth + 2] = third;
    depth += FRAME;
  }

  int kind(int frame) {
    return stack[frame] & 3;
  }

  /** The instruction, state or register. */
  int number(int frame) {
    return stack[frame] >>> 2;
  }

  /** The position, or the value of a register. */
  int second(int frame) {
    return stack[frame + 1];
  }

  int third(int frame) {
    return stack[frame + 2];
  }

  void setThird(int frame, int value) {
    stack[frame + 2] = value;
  }

  /** Drops all from a depth on but what restores registers. */
  void keepRestores(int base) {
    int kept = base;
    for (int frame = base; frame < depth; frame += FRAME) {
      if (kind(frame) == RESTORE) {
        stack[kept] = stack[frame];
        stack[kept + 1] = stack[frame + 1];
        kept += FRAME;
      }
    }
    depth = kept;
  }

  /** Drops all from a depth on, and gives registers the values that they had there. */
  void restore(int base, int[] registers) {
    while (depth > base) {
      depth -= FRAME;
      if (kind(depth) == RESTORE) {
        registers[number(depth)] = second(depth);
      }
    }
  }
}
