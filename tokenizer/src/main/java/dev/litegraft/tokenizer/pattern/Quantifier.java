package dev.litegraft.tokenizer.pattern;

import org.jspecify.annotations.Nullable;

/**
 * How often a part of a pattern is repeated.
 *
 * @param max {@link Node.Repeat#ENDLESS} for no limit
 * @param greedy whether more is tried before less
 * @param possessive whether what was taken is kept
 */
record Quantifier(int min, int max, boolean greedy, boolean possessive) {
  private static final int MOST = 100_000;

  /** By the inner and the outer kind: d is the inner one, l is *?, ? is ??, p is (?:+)??. */
  private static final String[] REDUCTIONS = {
    "d**?l=", "dddppd", "**d=pd", "dlldll", "dddddd", "=*+lld"
  };

  /** The quantifier at the reader's place, or null if there is none. */
  static @Nullable Quantifier read(Reader reader) {
    int c = reader.peek();
    if (c == '{') {
      return interval(reader);
    }
    if (c != '*' && c != '+' && c != '?') {
      return null;
    }
    reader.next();
    boolean lazy = reader.take('?');
    return new Quantifier(
        c == '+' ? 1 : 0, c == '?' ? 1 : Node.Repeat.ENDLESS, !lazy, !lazy && reader.take('+'));
  }

  /** {n,m}, {n,}, {,m} or {n}; anything else in braces is a text. {m,n} is possessive. */
  private static @Nullable Quantifier interval(Reader reader) {
    int from = reader.at();
    reader.next();
    int min = reader.number(10, 9);
    boolean comma = reader.take(',');
    int max = comma ? reader.number(10, 9) : min;
    if ((min < 0 && max < 0) || !reader.take('}')) {
      reader.back(from);
      return null;
    }
    if (min > MOST || max > MOST) {
      throw tooMany(reader);
    }
    min = Math.max(min, 0);
    if (max >= 0 && max < min) {
      return new Quantifier(max, min, true, true);
    }
    boolean lazy = comma && reader.take('?');
    return new Quantifier(min, max, !lazy, false);
  }

  /** The part, repeated. */
  Node of(Node target, Reader reader) {
    if (!repeatable(target)) {
      throw reader.fault("a repetition of what is only a place");
    }
    if (min == 1 && max == 1) {
      return target;
    }
    Node repeated =
        target instanceof Node.Repeat inner ? reduced(inner, reader) : repeat(target, min, max);
    return possessive ? new Node.Atomic(repeated) : repeated;
  }

  private Node repeat(Node body, int least, int most) {
    return new Node.Repeat(body, least, most, greedy);
  }

  /** Repetitions of repetitions become simple ones as in Oniguruma. */
  private Node reduced(Node.Repeat inner, Reader reader) {
    int innerKind = kind(inner.min(), inner.max(), inner.greedy());
    int ownKind = kind(min, max, greedy);
    if (innerKind >= 0 && ownKind < 0) {
      boolean endless = innerKind == 1 || innerKind == 2;
      int most = endless && max > 1 && greedy ? Math.max(min, 1) : max;
      return repeat(inner, min, most);
    }
    if (innerKind < 0 || ownKind < 0) {
      if (min != max || inner.min() != inner.max()) {
        return repeat(inner, min, max);
      }
      if ((long) min * inner.min() > MOST) {
        throw tooMany(reader);
      }
      return repeat(inner.body(), min * inner.min(), min * inner.min());
    }
    Node body = inner.body();
    int endless = Node.Repeat.ENDLESS;
    return switch (REDUCTIONS[innerKind].charAt(ownKind)) {
      case 'd' -> inner;
      case '*' -> new Node.Repeat(body, 0, endless, true);
      case '+' -> new Node.Repeat(body, 1, endless, true);
      case 'l' -> new Node.Repeat(body, 0, endless, false);
      case '?' -> new Node.Repeat(body, 0, 1, false);
      case 'p' -> new Node.Repeat(new Node.Repeat(body, 1, endless, true), 0, 1, false);
      default -> repeat(inner, min, max);
    };
  }

  /** The kinds ?, *, +, ??, *? and +? from 0 to 5; -1 for all others. */
  private static int kind(int min, int max, boolean greedy) {
    int kind = -1;
    if (min == 0 && max == 1) {
      kind = 0;
    } else if (max == Node.Repeat.ENDLESS && min <= 1) {
      kind = 1 + min;
    }
    return kind < 0 || greedy ? kind : kind + 3;
  }

  private static boolean repeatable(Node node) {
    if (node instanceof Node.Alternation alternation) {
      return alternation.choices().stream().allMatch(Quantifier::repeatable);
    }
    return !(node instanceof Node.Place || node instanceof Node.Look || node instanceof Node.Keep);
  }

  private static RuntimeException tooMany(Reader reader) {
    return reader.fault("more than " + MOST + " repetitions");
  }
}
