package dev.litegraft.checkpoint.pickle;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The stack of a pickle's machine, with its marks, and what it remembers by number. */
final class PickleStack {
  /** Numbers a pickle has as it remembers: a gap cannot be larger than this. */
  private static final int MAX_REMEMBERED = 1 << 23;

  private final PickleInput in;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final List<Object> memo = new ArrayList<>();

  PickleStack(PickleInput in) {
    this.in = in;
  }

  void push(Object value) {
    in.charge(Long.BYTES);
    stack.add(value);
  }

  Object pop() {
    requireOne();
    return stack.remove(stack.size() - 1);
  }

  Object top() {
    requireOne();
    return stack.get(stack.size() - 1);
  }

  /** What is under a mark belongs to whoever set it. */
  private void requireOne() {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (stack.size() <= floor) {
      throw in.invalid("the pickle takes a value from an empty stack");
    }
  }

  void mark() {
    in.charge(Long.BYTES);
    marks.add(stack.size());
  }

  /** Takes all that was pushed since the last mark, and the mark. */
  List<Object> sinceMark() {
    if (marks.isEmpty()) {
      throw in.invalid("the pickle takes values back to a mark that it did not set");
    }
    int from = marks.remove(marks.size() - 1);
    List<Object> taken = stack.subList(from, stack.size());
    in.charge(32L + 8L * taken.size());
    List<Object> copy = new ArrayList<>(taken);
    taken.clear();
    return copy;
  }

  /** POP takes a mark, where one is on top. */
  void drop() {
    if (!marks.isEmpty() && marks.get(marks.size() - 1) == stack.size()) {
      marks.remove(marks.size() - 1);
    } else {
      pop();
    }
  }

  void remember(long number, Object value) {
    if (number < 0 || number > Math.min(MAX_REMEMBERED, 2L * memo.size() + 1024)) {
      throw in.invalid("the pickle remembers a value by the number " + number);
    }
    while (memo.size() <= number) {
      in.charge(Long.BYTES);
      memo.add(Unset.UNSET);
    }
    memo.set((int) number, value);
  }

  void rememberNext(Object value) {
    in.charge(Long.BYTES);
    memo.add(value);
  }

  Object remembered(long number) {
    Object value = number < 0 || number >= memo.size() ? Unset.UNSET : memo.get((int) number);
    if (value == Unset.UNSET) {
      throw in.invalid("the pickle recalls a value by the number " + number + ", which has none");
    }
    return value;
  }

  /** What the pickle is of, once it ended. */
  Object result() {
    Object result = pop();
    if (!stack.isEmpty() || !marks.isEmpty()) {
      throw in.invalid("the pickle ends with more than one value");
    }
    return Objects.requireNonNull(result);
  }

  private enum Unset {
    UNSET
  }
}
