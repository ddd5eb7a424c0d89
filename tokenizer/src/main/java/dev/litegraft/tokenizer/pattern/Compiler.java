package dev.litegraft.tokenizer.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the tree of a pattern into a {@link Program}. */
final class Compiler {
  private static final int LONGEST = 50_000;
  private static final int[] NO_LOOPS = {};

  final String regex;
  final String where;
  int[] operations = new int[64];
  int[] xs = new int[64];
  int[] ys = new int[64];
  @Nullable CharSet[] sets = new CharSet[64];
  @Nullable CharSet[] otherSets = new CharSet[64];
  int[][] loops = new int[64][];
  int length;
  final List<int[]> references = new ArrayList<>();
  final List<Anchor> anchors = new ArrayList<>();
  final List<Boolean> ignoresCase = new ArrayList<>();
  int registers;
  boolean remembers;

  private final boolean refers;
  private int[] around = NO_LOOPS; // the registers of the loops around, as in Program.loops

  private Compiler(String regex, String where, Parser.Parsed parsed) {
    this.regex = regex;
    this.where = where;
    this.refers = parsed.refers();
    this.remembers = !refers;
    this.registers = refers ? 1 + 2 * parsed.groups() : 1;
  }

  static Program compile(String regex, String where) {
    Parser.Parsed parsed = Parser.parse(regex, where);
    Compiler compiler = new Compiler(regex, where, parsed);
    compiler.put(parsed.root(), false);
    compiler.emit(Program.MATCH, 0, 0);
    CharSet first = nullable(parsed.root()) ? null : first(parsed.root());
    return new Program(compiler, first);
  }

  private int emit(int operation, int x, int y) {
    if (length == LONGEST) {
      throw Reader.fault(regex, "its repetitions make it too long", where);
    }
    if (length == operations.length) {
      int capacity = 2 * length;
      operations = Arrays.copyOf(operations, capacity);
      xs = Arrays.copyOf(xs, capacity);
      ys = Arrays.copyOf(ys, capacity);
      sets = Arrays.copyOf(sets, capacity);
      otherSets = Arrays.copyOf(otherSets, capacity);
      loops = Arrays.copyOf(loops, capacity);
    }
    operations[length] = operation;
    xs[length] = x;
    ys[length] = y;
    loops[length] = around;
    return length++;
  }

  private void emit(int operation, CharSet set, int x, int y) {
    int pc = emit(operation, x, y);
    sets[pc] = set;
  }

  private void put(Node node, boolean back) {
    if (node instanceof Node.Chars chars) {
      emit(back ? Program.SET_BACK : Program.SET, chars.set(), 0, 0);
    } else if (node instanceof Node.Literal literal) {
      put(expanded(literal), back);
    } else if (node instanceof Node.Sequence sequence) {
      int n = sequence.parts().size();
      for (int i = 0; i < n; i++) {
        put(sequence.parts().get(back ? n - 1 - i : i), back);
      }
    } else if (node instanceof Node.Alternation alternation) {
      put(alternation, back);
    } else if (node instanceof Node.Repeat repeat) {
      put(repeat, back);
    } else if (node instanceof Node.Atomic atomic) {
      put(atomic);
    } else if (node instanceof Node.Group group) {
      put(group.body(), back);
    } else if (node instanceof Node.Look look) {
      put(look);
    } else if (node instanceof Node.Place place) {
      anchors.add(place.kind());
      emit(Program.ANCHOR, anchors.size() - 1, 0);
    } else if (node instanceof Node.Capture capture) {
      put(capture, back);
    } else if (node instanceof Node.Backreference reference) {
      references.add(reference.numbers().stream().mapToInt(i -> i).toArray());
      ignoresCase.add(reference.ignoreCase());
      emit(Program.REFER, references.size() - 1, 0);
    } else if (node instanceof Node.Keep) {
      emit(Program.HOLD, 0, 0);
    }
  }

  private void put(Node.Capture capture, boolean back) {
    if (!refers) {
      put(capture.body(), back);
      return;
    }
    int register = 2 * capture.number() - 1;
    emit(Program.HOLD, back ? register + 1 : register, 0);
    put(capture.body(), back);
    emit(Program.HOLD, back ? register : register + 1, 0);
  }

  private void put(Node.Alternation alternation, boolean back) {
    List<Node> choices = alternation.choices();
    int[] jumps = new int[choices.size()];
    for (int i = 0; i < choices.size() - 1; i++) {
      int split = emit(Program.SPLIT, length + 1, 0);
      sets[split] = back ? null : guard(choices.subList(i, i + 1));
      otherSets[split] = back ? null : guard(choices.subList(i + 1, choices.size()));
      put(choices.get(i), back);
      jumps[i] = emit(Program.JUMP, 0, 0);
      ys[split] = length;
    }
    put(choices.get(choices.size() - 1), back);
    for (int i = 0; i < choices.size() - 1; i++) {
      xs[jumps[i]] = length;
    }
  }

  /** The code points that one of the choices can start with; null if one may be empty. */
  private static @Nullable CharSet guard(List<Node> choices) {
    CharSet set = CharSet.EMPTY;
    for (Node choice : choices) {
      if (nullable(choice)) {
        return null;
      }
      set = set.or(first(choice));
    }
    return set;
  }

  private void put(Node.Repeat written, boolean back) {
    Node body = single(written.body());
    // Backwards only whether there is a way matters, and the shortest ends soonest.
    Node.Repeat repeat =
        new Node.Repeat(body, written.min(), written.max(), written.greedy() && !back);
    for (int i = 0; i < repeat.min(); i++) {
      put(repeat.body(), back);
    }
    if (repeat.max() == Node.Repeat.ENDLESS) {
      if (repeat.body() instanceof Node.Chars chars && repeat.greedy() && !back) {
        emit(Program.STAR, chars.set(), 0, 0);
      } else {
        putLoop(repeat, back);
      }
      return;
    }
    List<Integer> splits = new ArrayList<>();
    for (int i = repeat.min(); i < repeat.max(); i++) {
      splits.add(split(repeat, back));
      put(repeat.body(), back);
    }
    splits.forEach(split -> leave(split, repeat.greedy(), length));
  }

  /** A choice between the body, which is put next, and what follows, which is still open. */
  private int split(Node.Repeat repeat, boolean back) {
    int split = emit(Program.SPLIT, length + 1, length + 1);
    CharSet guard = back ? null : guard(List.of(repeat.body()));
    if (repeat.greedy()) {
      sets[split] = guard;
    } else {
      otherSets[split] = guard;
    }
    return split;
  }

  private void leave(int split, boolean greedy, int to) {
    if (greedy) {
      ys[split] = to;
    } else {
      xs[split] = to;
    }
  }

  private void putLoop(Node.Repeat repeat, boolean back) {
    int split = split(repeat, back);
    if (nullable(repeat.body())) {
      int register = registers++;
      int[] outer = around;
      emit(Program.HOLD, register, 0);
      around = Arrays.copyOf(outer, outer.length + 1);
      around[outer.length] = register;
      put(repeat.body(), back);
      int check = emit(Program.CHECK, register, 0);
      around = outer;
      emit(Program.JUMP, split, 0);
      ys[check] = length;
    } else {
      put(repeat.body(), back);
      emit(Program.JUMP, split, 0);
    }
    leave(split, repeat.greedy(), length);
  }

  private void put(Node.Atomic atomic) {
    if (atomic.body() instanceof Node.Repeat repeat
        && single(repeat.body()) instanceof Node.Chars chars
        && repeat.max() == Node.Repeat.ENDLESS
        && repeat.greedy()) {
      for (int i = 0; i < repeat.min(); i++) {
        emit(Program.SET, chars.set(), 0, 0);
      }
      emit(Program.ALL_OF, chars.set(), 0, 0);
      return;
    }
    putBody(emit(Program.ATOMIC, 0, 0), atomic.body(), false, false);
  }

  private void put(Node.Look look) {
    int negative = look.negative() ? 1 : 0;
    if (single(look.body()) instanceof Node.Chars chars) {
      emit(Program.LOOK_AT, chars.set(), look.behind() ? 1 : 0, negative);
    } else {
      boolean forward = look.behind() && onlyForward(look.body());
      int operation = forward ? Program.LOOK_BACK : Program.LOOK;
      putBody(emit(operation, 0, negative), look.body(), look.behind() && !forward, forward);
    }
  }

  /** Whether a part can only be matched from left to right. */
  private static boolean onlyForward(Node node) {
    if (node instanceof Node.Atomic || node instanceof Node.Backreference) {
      return true;
    } else if (node instanceof Node.Sequence sequence) {
      return sequence.parts().stream().anyMatch(Compiler::onlyForward);
    } else if (node instanceof Node.Alternation alternation) {
      return alternation.choices().stream().anyMatch(Compiler::onlyForward);
    } else if (node instanceof Node.Repeat repeat) {
      return onlyForward(repeat.body());
    } else if (node instanceof Node.Group group) {
      return onlyForward(group.body());
    } else if (node instanceof Node.Capture capture) {
      return onlyForward(capture.body());
    }
    return false;
  }

  private void putBody(int head, Node body, boolean back, boolean toTarget) {
    int[] outer = around;
    around = NO_LOOPS;
    put(body, back);
    if (toTarget) {
      emit(Program.TARGET, 0, 0);
    }
    emit(Program.MATCH, 0, 0);
    around = outer;
    xs[head] = length;
  }

  /** The part, or the set that it is when it is a literal of one code point. */
  static Node single(Node node) {
    return node instanceof Node.Literal literal && literal.points().length == 1
        ? expanded(literal)
        : node;
  }

  private static Node expanded(Node.Literal literal) {
    if (literal.ignoreCase()) {
      return Folding.literal(literal.points(), literal.several());
    }
    List<Node> chars = new ArrayList<>();
    for (int point : literal.points()) {
      chars.add(new Node.Chars(CharSet.of(point)));
    }
    return chars.size() == 1 ? chars.get(0) : new Node.Sequence(chars);
  }

  /** Whether a part may match without taking anything. */
  static boolean nullable(Node node) {
    if (node instanceof Node.Chars || node instanceof Node.Literal) {
      return false;
    } else if (node instanceof Node.Sequence sequence) {
      return sequence.parts().stream().allMatch(Compiler::nullable);
    } else if (node instanceof Node.Alternation alternation) {
      return alternation.choices().stream().anyMatch(Compiler::nullable);
    } else if (node instanceof Node.Repeat repeat) {
      return repeat.min() == 0 || nullable(repeat.body());
    } else if (node instanceof Node.Atomic atomic) {
      return nullable(atomic.body());
    } else if (node instanceof Node.Group group) {
      return nullable(group.body());
    } else if (node instanceof Node.Capture capture) {
      return nullable(capture.body());
    }
    return true;
  }

  /** The code points that a part can start with, if it takes any. */
  private static CharSet first(Node node) {
    if (node instanceof Node.Chars chars) {
      return chars.set();
    } else if (node instanceof Node.Literal literal) {
      return first(expanded(literal));
    } else if (node instanceof Node.Sequence sequence) {
      CharSet set = CharSet.EMPTY;
      for (Node part : sequence.parts()) {
        set = set.or(first(part));
        if (!nullable(part)) {
          break;
        }
      }
      return set;
    } else if (node instanceof Node.Alternation alternation) {
      CharSet set = CharSet.EMPTY;
      for (Node choice : alternation.choices()) {
        set = set.or(first(choice));
      }
      return set;
    } else if (node instanceof Node.Repeat repeat) {
      return repeat.max() == 0 ? CharSet.EMPTY : first(repeat.body());
    } else if (node instanceof Node.Atomic atomic) {
      return first(atomic.body());
    } else if (node instanceof Node.Group group) {
      return first(group.body());
    } else if (node instanceof Node.Capture capture) {
      return first(capture.body());
    }
    return node instanceof Node.Backreference ? CharSet.ALL : CharSet.EMPTY;
  }
}
