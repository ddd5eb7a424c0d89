package dev.litegraft.tokenizer.pattern;

/**
 * A pattern of the Split pre-tokenizer or the Replace normalizer. It is unchangeable and can be
 * shared.
 *
 * <p>Patterns are read with the syntax and the meaning that the native library's engine gives them
 * (Oniguruma 6.9.10). Well-known ones run as scanners written by hand; all others run on {@link
 * Machine}, whose time grows with the text and never with its square, but for references to groups,
 * which end in an error after ten million steps.
 */
public abstract class Pattern {
  Pattern() {}

  /**
   * The pattern of an expression.
   *
   * @param where the place of the pattern, for errors
   * @throws dev.litegraft.tokenizer.error.TokenizerException if it is no pattern, or one that
   *     cannot be held
   */
  public static Pattern compile(String regex, String where) {
    Pattern known = KnownPatterns.of(regex);
    if (known != null) {
      return known;
    }
    Parser.Parsed parsed = Parser.parse(regex, where);
    Pattern run = KnownPatterns.of(parsed.root());
    return run != null ? run : engine(regex, where);
  }

  /** The pattern on the general engine, whether it is well known or not. */
  static Pattern engine(String regex, String where) {
    return new Regex(Compiler.compile(regex, where));
  }

  /** The pattern that matches a text as it stands; the empty text matches everywhere. */
  public static Pattern literal(String text) {
    return text.isEmpty()
        ? new Regex(Compiler.compile("", "an empty pattern"))
        : new Literal(text.codePoints().toArray());
  }

  /** The matches in the text from {@code from} to before {@code to}, which is all that is seen. */
  public abstract Matcher matcher(int[] points, int from, int to);

  /**
   * The first match from {@code start} on, as its start in the upper and its end in the lower half;
   * -1 if there is none.
   */
  public long find(int[] points, int from, int to, int start) {
    Matcher matcher = matcher(points, from, to);
    while (matcher.find()) {
      if (matcher.start() >= start) {
        return (long) matcher.start() << 32 | matcher.end();
      }
    }
    return -1;
  }

  private static final class Regex extends Pattern {
    private final Program program;

    Regex(Program program) {
      this.program = program;
    }

    @Override
    public Matcher matcher(int[] points, int from, int to) {
      return new Machine(program, points, from, to, from);
    }

    @Override
    public long find(int[] points, int from, int to, int start) {
      Machine machine = new Machine(program, points, from, to, start);
      return machine.find() ? (long) machine.start() << 32 | machine.end() : -1;
    }
  }

  private static final class Literal extends Pattern {
    private final int[] text;
    private final int[] borders;

    Literal(int[] text) {
      this.text = text;
      this.borders = LiteralMatcher.borders(text);
    }

    @Override
    public Matcher matcher(int[] points, int from, int to) {
      return new LiteralMatcher(text, borders, points, from, to);
    }
  }
}
