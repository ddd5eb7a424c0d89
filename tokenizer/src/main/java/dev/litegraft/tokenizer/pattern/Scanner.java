package dev.litegraft.tokenizer.pattern;

/** A pattern that is matched by code written for it, in one pass and without other memory. */
abstract class Scanner extends Pattern {
  static final long NONE = -1;

  /** The next match from {@code start} on, start and end in one number, or {@link #NONE}. */
  abstract long next(int[] points, int from, int to, int start);

  static long match(int start, int end) {
    return (long) start << 32 | end;
  }

  @Override
  public final long find(int[] points, int from, int to, int start) {
    return next(points, from, to, start);
  }

  @Override
  public final Matcher matcher(int[] points, int from, int to) {
    return new Matcher() {
      private int start;
      private int end = from;

      @Override
      public boolean find() {
        long match = next(points, from, to, end);
        if (match == NONE) {
          end = to;
          return false;
        }
        start = (int) (match >>> 32);
        end = (int) match;
        return true;
      }

      @Override
      public int start() {
        return start;
      }

      @Override
      public int end() {
        return end;
      }
    };
  }

  /** The end of the code points of some kinds. */
  static int run(int kinds, int[] points, int at, int to) {
    int end = at;
    while (end < to && (Kinds.of(points[end]) & kinds) != 0) {
      end++;
    }
    return end;
  }

  /** {@code \s+(?!\S)|\s+}: leaves the last space to the word behind it. */
  static int spaces(int[] points, int at, int to) {
    int end = run(Kinds.SPACE, points, at, to);
    return end == to || end - at == 1 ? end : end - 1;
  }

  /** {@code \s*[\r\n]+|\s+(?!\S)|\s+}. */
  static int linesOrSpaces(int[] points, int at, int to) {
    int end = run(Kinds.SPACE, points, at, to);
    for (int i = end - 1; i >= at; i--) {
      if (points[i] == '\n' || points[i] == '\r') {
        return i + 1;
      }
    }
    return end == to || end - at == 1 ? end : end - 1;
  }

  /** {@code (?i:'s|'t|'re|'ve|'m|'ll|'d)}: its end, or the same place if there is none. */
  static int contraction(int[] points, int at, int to) {
    if (at + 1 >= to || points[at] != '\'') {
      return at;
    }
    int second = lower(points[at + 1]);
    if (second == 's' || second == 't' || second == 'm' || second == 'd') {
      return at + 2;
    }
    int third = at + 2 < to ? lower(points[at + 2]) : 0;
    boolean two =
        (second == 'r' && third == 'e')
            || (second == 'v' && third == 'e')
            || (second == 'l' && third == 'l');
    return two ? at + 3 : at;
  }

  /** The small letter of ASCII where case is ignored; the long s is one too. */
  private static int lower(int point) {
    return point >= 'A' && point <= 'Z' ? point + 32 : point == 0x17f ? 's' : point;
  }

  /** A run of one set, {@code [set]{min,max}}. */
  static final class Run extends Scanner {
    private final CharSet set;
    private final int min;
    private final int max;

    Run(CharSet set, int min, int max) {
      this.set = set;
      this.min = min;
      this.max = max;
    }

    @Override
    long next(int[] points, int from, int to, int start) {
      int at = start;
      while (at < to) {
        while (at < to && !set.contains(points[at])) {
          at++;
        }
        int limit = max == Node.Repeat.ENDLESS || max > to - at ? to : at + max;
        int end = at;
        while (end < limit && set.contains(points[end])) {
          end++;
        }
        if (end > at && end - at >= min) {
          return match(at, end);
        }
        at = Math.max(end, at + 1);
      }
      return NONE;
    }
  }

  /** GPT-2's words, which the ByteLevel pre-tokenizer cuts. */
  static final class Gpt2 extends Scanner {
    static final String REGEX =
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static final int WORD = Kinds.LETTER | Kinds.NUMBER | Kinds.SPACE;

    @Override
    long next(int[] points, int from, int to, int start) {
      if (start >= to) {
        return NONE;
      }
      int contraction = contraction(points, start, to);
      if (contraction > start && small(points, start, contraction)) {
        return match(start, contraction);
      }
      int word = points[start] == ' ' && start + 1 < to ? start + 1 : start;
      int kind = Kinds.of(points[word]);
      int end;
      if ((kind & Kinds.LETTER) != 0) {
        end = run(Kinds.LETTER, points, word, to);
      } else if ((kind & Kinds.NUMBER) != 0) {
        end = run(Kinds.NUMBER, points, word, to);
      } else if ((kind & Kinds.SPACE) != 0) {
        end = spaces(points, start, to);
      } else {
        end = run(~WORD, points, word, to);
      }
      return match(start, end);
    }

    private static boolean small(int[] points, int from, int to) {
      for (int i = from + 1; i < to; i++) {
        if (points[i] < 'a' || points[i] > 'z') {
          return false;
        }
      }
      return true;
    }
  }

  /** The words of cl100k, Llama 3 and Qwen 2, and their like. */
  static final class Words extends Scanner {
    private final int letters;
    private final int digits; // of one match at most

    Words(int letters, int digits) {
      this.letters = letters;
      this.digits = digits;
    }

    @Override
    long next(int[] points, int from, int to, int start) {
      if (start >= to) {
        return NONE;
      }
      int end = contraction(points, start, to);
      if (end > start) {
        return match(start, end);
      }
      int point = points[start];
      int kind = Kinds.of(point);
      if ((kind & letters) != 0) {
        return match(start, run(letters, points, start, to));
      }
      if ((kind & Kinds.NUMBER) != 0) {
        int limit = Math.min(to, start + digits);
        return match(start, run(Kinds.NUMBER, points, start, limit));
      }
      int next = start + 1 < to ? Kinds.of(points[start + 1]) : 0;
      if (point != '\r' && point != '\n' && (kind & Kinds.LETTER) == 0 && (next & letters) != 0) {
        return match(start, run(letters, points, start + 1, to));
      }
      int word = letters | Kinds.NUMBER | Kinds.SPACE;
      boolean spaced = point == ' ' && next != 0 && (next & word) == 0;
      if (spaced || (kind & word) == 0) {
        end = run(~word, points, spaced ? start + 1 : start, to);
        while (end < to && (points[end] == '\r' || points[end] == '\n')) {
          end++;
        }
        return match(start, end);
      }
      return match(start, linesOrSpaces(points, start, to));
    }
  }

  /** The words of o200k (GPT-4o) and Tekken, which are cut where small letters end. */
  static final class CasedWords extends Scanner {
    private static final int UPPER = Kinds.UPPER | Kinds.TITLE | Kinds.OTHER_LETTER | Kinds.MARK;
    private static final int LOWER = Kinds.LOWER | Kinds.OTHER_LETTER | Kinds.MARK;
    private static final int WORD = Kinds.LETTER | Kinds.NUMBER | Kinds.SPACE;

    private final boolean contractions;
    private final int digits;

    CasedWords(boolean contractions, int digits) {
      this.contractions = contractions;
      this.digits = digits;
    }

    @Override
    long next(int[] points, int from, int to, int start) {
      if (start >= to) {
        return NONE;
      }
      int point = points[start];
      int kind = Kinds.of(point);
      boolean prefix =
          point != '\r' && point != '\n' && (kind & (Kinds.LETTER | Kinds.NUMBER)) == 0;
      int end = prefix ? endsSmall(points, start + 1, to) : start;
      end = end > start + 1 ? end : endsSmall(points, start, to);
      if (end == start) {
        end = prefix ? startsLarge(points, start + 1, to) : start;
        end = end > start + 1 ? end : startsLarge(points, start, to);
      }
      if (end > start) {
        return match(start, contractions ? contraction(points, end, to) : end);
      }
      if ((kind & Kinds.NUMBER) != 0) {
        return match(start, run(Kinds.NUMBER, points, start, Math.min(to, start + digits)));
      }
      int next = start + 1 < to ? Kinds.of(points[start + 1]) : 0;
      boolean spaced = point == ' ' && next != 0 && (next & WORD) == 0;
      if (spaced || (kind & WORD) == 0) {
        end = run(~WORD, points, spaced ? start + 1 : start, to);
        while (end < to && (points[end] == '\r' || points[end] == '\n' || points[end] == '/')) {
          end++;
        }
        return match(start, end);
      }
      return match(start, linesOrSpaces(points, start, to));
    }

    /** {@code [UPPER]*[LOWER]+}: its end, or the same place. */
    private static int endsSmall(int[] points, int at, int to) {
      int large = run(UPPER, points, at, to);
      int end = run(LOWER, points, large, to);
      if (end > large) {
        return end;
      }
      while (end > at && (Kinds.of(points[end - 1]) & LOWER) == 0) {
        end--;
      }
      return end;
    }

    /** {@code [UPPER]+[LOWER]*}: its end, or the same place. */
    private static int startsLarge(int[] points, int at, int to) {
      int large = run(UPPER, points, at, to);
      return large > at ? run(LOWER, points, large, to) : at;
    }
  }

  /** The words of DeepSeek V3, the last of its three patterns. */
  static final class DeepSeek extends Scanner {
    private static final int WORD = Kinds.LETTER | Kinds.MARK;
    private static final int SIGNS = Kinds.PUNCTUATION | Kinds.SYMBOL;

    @Override
    long next(int[] points, int from, int to, int start) {
      for (int at = start; at < to; at++) {
        int end = end(points, at, to);
        if (end > at) {
          return match(at, end);
        }
      }
      return NONE;
    }

    private static int end(int[] points, int at, int to) {
      int point = points[at];
      int kind = Kinds.of(point);
      int next = at + 1 < to ? Kinds.of(points[at + 1]) : 0;
      if (point < 128 && (kind & SIGNS) != 0 && at + 1 < to && letter(points[at + 1])) {
        int end = at + 2;
        while (end < to && letter(points[end])) {
          end++;
        }
        return end;
      }
      boolean prefix = point != '\r' && point != '\n' && (kind & (Kinds.LETTER | SIGNS)) == 0;
      if (prefix && (next & WORD) != 0) {
        return run(WORD, points, at + 1, to);
      }
      if ((kind & WORD) != 0) {
        return run(WORD, points, at, to);
      }
      boolean spaced = point == ' ' && (next & SIGNS) != 0;
      if (spaced || (kind & SIGNS) != 0) {
        int end = run(SIGNS, points, spaced ? at + 1 : at, to);
        while (end < to && (points[end] == '\r' || points[end] == '\n')) {
          end++;
        }
        return end;
      }
      return (kind & Kinds.SPACE) != 0 ? linesOrSpaces(points, at, to) : at;
    }

    private static boolean letter(int point) {
      return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z');
    }
  }
}
