package dev.litegraft.tokenizer.pattern;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Program}: it tries one way after the other as backtracking engines do, so that the
 * first way that matches is the match, but after some hundred ways that failed it remembers each
 * state that failed at a position and never tries it there again. So the time grows with the length
 * of the program times that of the text.
 *
 * <p>A state is an instruction and which of the loops around it have taken nothing yet. References
 * to groups make states depend on more; for patterns with these nothing is remembered, and they end
 * after {@link #MOST_STEPS} tries as the native engine does.
 */
final class Machine implements Matcher {
  private static final int MOST_STEPS = 10_000_000;
  private static final int REMEMBER_AFTER = 256;
  private static final int NONE = -1;

  private final Program program;
  private final int[] operations;
  private final int[] xs;
  private final @Nullable CharSet[] sets;
  private final int[] points;
  private final int from;
  private final int to;
  private final int[] registers;
  private final Ways ways;
  private @Nullable Memory memory;
  private long steps; // tries of the present search
  private final long mostSteps;
  private final Runs runs;
  private int target = NONE; // where the body of the present LOOK_BACK has to end
  private int limit; // what may be taken: up to here, the target inside the body of a LOOK_BACK
  private int searchFrom;
  private int searchStart;
  private int lastEnd = NONE;
  private int start;
  private int end;

  Machine(Program program, int[] points, int from, int to, int searchFrom) {
    this.program = program;
    this.operations = program.operations;
    this.xs = program.xs;
    this.sets = program.sets;
    this.points = points;
    this.from = from;
    this.to = to;
    this.limit = to;
    this.searchFrom = searchFrom;
    this.registers = new int[program.registers];
    this.ways = new Ways(program);
    this.runs = new Runs(operations.length, points, to);
    this.mostSteps = !program.remembers ? MOST_STEPS : MOST_STEPS + 100L * (to - from);
  }

  @Override
  public boolean find() {
    while (searchFrom <= to) {
      if (!search()) {
        searchFrom = to + 1;
        return false;
      }
      if (end == start && end == lastEnd) {
        searchFrom++;
      } else {
        searchFrom = end;
        lastEnd = end;
        return true;
      }
    }
    return false;
  }

  @Override
  public int start() {
    return start;
  }

  @Override
  public int end() {
    return end;
  }

  private boolean search() {
    searchStart = searchFrom;
    steps = 0;
    if (memory != null) {
      if (program.usesSearchStart) {
        memory = new Memory(program, to - from);
      } else {
        memory.forget(searchStart - from);
      }
    }
    CharSet first = program.first;
    for (int at = searchStart; at <= to; at++) {
      if (first != null) {
        while (at < to && !first.contains(points[at])) {
          at++;
        }
        if (at == to) {
          return false;
        }
      }
      Arrays.fill(registers, NONE);
      registers[0] = at;
      ways.depth = 0;
      int found = run(0, at);
      if (found != NONE) {
        start = registers[0];
        end = found;
        return true;
      }
    }
    return false;
  }

  /** The end of the first way through the program from an instruction on, or {@link #NONE}. */
  private int run(int firstInstruction, int position) {
    int base = ways.depth;
    int pc = firstInstruction;
    int at = position;
    while (true) {
      if (memory != null && program.states[pc] >= 0 && operations[pc] != Program.STAR) {
        int state = state(pc, at);
        int known = memory.end(state, at - from);
        if (known >= 0) {
          return known;
        }
        if (memory.failed(state, at - from)) {
          at = NONE;
        } else {
          push(Ways.FAILED, state, at, 0);
        }
      }
      if (at != NONE) {
        switch (operations[pc]) {
          case Program.SET -> {
            if (at < limit && set(pc).contains(points[at])) {
              at++;
              pc++;
              continue;
            }
          }
          case Program.SET_BACK -> {
            if (at > from && set(pc).contains(points[at - 1])) {
              at--;
              pc++;
              continue;
            }
          }
          case Program.STAR -> {
            at = star(pc, at);
            if (at != NONE) {
              pc++;
              continue;
            }
          }
          case Program.ALL_OF -> {
            at = Math.min(runs.end(pc, set(pc), at), limit);
            pc++;
            continue;
          }
          case Program.SPLIT -> {
            pc = split(pc, at);
            if (pc != NONE) {
              continue;
            }
          }
          case Program.JUMP -> {
            pc = xs[pc];
            continue;
          }
          case Program.LOOK, Program.LOOK_BACK -> {
            if (look(pc, at)) {
              pc = xs[pc];
              continue;
            }
          }
          case Program.LOOK_AT -> {
            if (lookAt(pc, at)) {
              pc++;
              continue;
            }
          }
          case Program.ATOMIC -> {
            int taken = body(pc, at);
            if (taken != NONE) {
              at = taken;
              pc = xs[pc];
              continue;
            }
          }
          case Program.ANCHOR -> {
            if (program.anchors[xs[pc]].holds(points, from, to, searchStart, at)) {
              pc++;
              continue;
            }
          }
          case Program.HOLD -> {
            push(Ways.RESTORE, xs[pc], registers[xs[pc]], 0);
            registers[xs[pc]] = at;
            pc++;
            continue;
          }
          case Program.CHECK -> {
            pc = registers[xs[pc]] == at ? program.ys[pc] : pc + 1;
            continue;
          }
          case Program.REFER -> {
            at = refer(pc, at);
            if (at != NONE) {
              pc++;
              continue;
            }
          }
          case Program.TARGET -> {
            if (at == target) {
              pc++;
              continue;
            }
          }
          default -> {
            return at;
          }
        }
      }
      int back = back(base);
      if (back == NONE) {
        return NONE;
      }
      pc = ways.number(back);
      if (ways.kind(back) == Ways.FEWER) {
        pc++;
        at = ways.third(back);
      } else {
        at = ways.second(back);
        ways.depth = back;
      }
    }
  }

  /** Undoes what failed down to the next other way, and gives its place on the stack. */
  private int back(int base) {
    if (++steps > mostSteps) {
      throw Memory.tooMuch(program, "it needs more than " + mostSteps + " steps for this text");
    }
    if (steps >= REMEMBER_AFTER && memory == null && program.remembers && target == NONE) {
      memory = new Memory(program, to - from);
    }
    while (ways.depth > base) {
      int frame = ways.depth - Ways.FRAME;
      int number = ways.number(frame);
      switch (ways.kind(frame)) {
        case Ways.OTHER_WAY -> {
          return frame;
        }
        case Ways.FEWER -> {
          int present = ways.third(frame);
          if (memory != null) {
            memory.fail(state(number, present), present - from);
          }
          if (present > ways.second(frame)) {
            ways.setThird(frame, present - 1);
            return frame;
          }
        }
        case Ways.FAILED -> {
          if (memory != null) {
            memory.fail(number, ways.second(frame) - from);
          }
        }
        default -> registers[number] = ways.second(frame);
      }
      ways.depth = frame;
    }
    return NONE;
  }

  private int split(int pc, int at) {
    CharSet one = sets[pc];
    CharSet other = program.otherSets[pc];
    if (one != null || other != null) {
      int point = at < limit ? points[at] : NONE;
      if (one != null && (point == NONE || !one.contains(point))) {
        return other != null && (point == NONE || !other.contains(point)) ? NONE : program.ys[pc];
      }
      if (other != null && (point == NONE || !other.contains(point))) {
        return xs[pc];
      }
    }
    push(Ways.OTHER_WAY, program.ys[pc], at, 0);
    return xs[pc];
  }

  /** Takes all of the set, less what is known to fail, and pushes the ways that take fewer. */
  private int star(int pc, int at) {
    int most = Math.min(runs.end(pc, set(pc), at), limit);
    if (memory != null) {
      if (memory.failed(state(pc, at), at - from)) {
        return NONE;
      }
      // The failed ones are the last of the run: find where they begin.
      int low = at;
      int high = most + 1;
      while (high - low > 1) {
        int middle = (low + high) >>> 1;
        if (memory.failed(state(pc, middle), middle - from)) {
          high = middle;
        } else {
          low = middle;
        }
      }
      most = low;
      push(Ways.FEWER, pc, at, most);
    } else if (most > at) {
      push(Ways.FEWER, pc, at, most);
    }
    return most;
  }

  /** The number of the state: the instruction's own, and how many loops have taken nothing. */
  private int state(int pc, int at) {
    int state = program.states[pc];
    int[] loops = program.loops[pc];
    for (int i = loops.length - 1; i >= 0 && registers[loops[i]] == at; i--) {
      state++;
    }
    return state;
  }

  private boolean look(int pc, int at) {
    boolean negative = program.ys[pc] != 0;
    int base = ways.depth;
    int found = operations[pc] == Program.LOOK ? run(pc + 1, at) : before(pc + 1, at);
    remember(base, found);
    if (found == NONE) {
      return negative;
    }
    if (negative) {
      ways.restore(base, registers);
    } else {
      ways.keepRestores(base);
    }
    return !negative;
  }

  /** Looks for a body that ends at a place, from the nearest start on. */
  private int before(int firstInstruction, int at) {
    int outer = target;
    int outerLimit = limit;
    Memory outerMemory = memory;
    memory = null; // what fails here may not fail for another target
    target = at;
    limit = at;
    int found = NONE;
    for (int start = at; start >= from && found == NONE; start--) {
      found = run(firstInstruction, start);
      steps++;
    }
    target = outer;
    limit = outerLimit;
    memory = outerMemory;
    return found;
  }

  private int body(int pc, int at) {
    int base = ways.depth;
    int found = run(pc + 1, at);
    remember(base, found);
    ways.keepRestores(base);
    return found;
  }

  /** Remembers that what the body came through, which lies on the stack, led to its end. */
  private void remember(int base, int end) {
    if (memory == null || end == NONE || program.movesStart) {
      return;
    }
    for (int frame = base; frame < ways.depth; frame += Ways.FRAME) {
      if (ways.kind(frame) == Ways.FAILED) {
        memory.succeed(ways.number(frame), ways.second(frame) - from, end);
      }
    }
  }

  private boolean lookAt(int pc, int at) {
    boolean found =
        xs[pc] != 0
            ? at > from && set(pc).contains(points[at - 1])
            : at < to && set(pc).contains(points[at]);
    return found != (program.ys[pc] != 0);
  }

  private int refer(int pc, int at) {
    int list = xs[pc];
    int[] groups = program.references[list];
    for (int i = groups.length - 1; i >= 0; i--) {
      int groupStart = registers[2 * groups[i] - 1];
      int groupEnd = registers[2 * groups[i]];
      if (groupStart != NONE && groupEnd != NONE) {
        int behind = compared(groupStart, groupEnd, at, program.ignoresCase[list]);
        if (behind != NONE) {
          return behind;
        }
      }
    }
    return NONE;
  }

  private int compared(int groupStart, int groupEnd, int at, boolean ignoresCase) {
    int length = groupEnd - groupStart;
    steps += length;
    if (length > limit - at) {
      return NONE;
    }
    for (int i = 0; i < length; i++) {
      int point = points[groupStart + i];
      if (point != points[at + i]
          && !(ignoresCase && Folding.single(point).contains(points[at + i]))) {
        return NONE;
      }
    }
    return at + Math.max(length, 0);
  }

  private CharSet set(int pc) {
    CharSet set = sets[pc];
    if (set == null) {
      throw new IllegalStateException("an instruction without its set");
    }
    return set;
  }

  private void push(int kind, int number, int second, int third) {
    steps++;
    ways.push(kind, number, second, third);
  }
}
