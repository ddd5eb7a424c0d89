package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.TokenizerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a pattern in Oniguruma's own syntax (ONIG_SYNTAX_ONIGURUMA, UTF-8), which the native
 * library uses. Calls of groups, absent groups, conditions, callouts and text segments are refused.
 */
final class Parser {
  private static final int DEEPEST = 200;
  private static final int MOST_GROUPS = 1000;

  private final Reader reader;
  private final ClassParser classes;
  private final Map<String, List<Integer>> names = new LinkedHashMap<>();
  private final boolean onlyNamed; // unnamed groups are not remembered where there are named ones
  private Options options = Options.NONE;
  private int groups;
  private int highestReference;
  private int depth;
  private int behind;

  private Parser(String regex, String where, boolean onlyNamed) {
    this.reader = new Reader(regex, where);
    this.classes = new ClassParser(reader);
    this.onlyNamed = onlyNamed;
  }

  /**
   * The tree of a pattern.
   *
   * @param where the place of the pattern, for errors
   * @throws TokenizerException if it is no pattern, or one that cannot be held
   */
  static Parsed parse(String regex, String where) {
    Parser parser = new Parser(regex, where, false);
    Node root = parser.all();
    if (!parser.names.isEmpty()) {
      parser = new Parser(regex, where, true);
      root = parser.all();
    }
    return new Parsed(root, parser.groups, parser.highestReference > 0);
  }

  /**
   * A tree and what it needs.
   *
   * @param groups how many groups are remembered
   * @param refers whether a group is referred to
   */
  record Parsed(Node root, int groups, boolean refers) {}

  private Node all() {
    Node root = alternatives();
    if (reader.peek() == ')') {
      throw reader.fault("a closing parenthesis without its opening one");
    }
    if (highestReference > groups) {
      throw reader.fault("a reference to group " + highestReference + " of " + groups);
    }
    return root;
  }

  private Node alternatives() {
    if (++depth > DEEPEST) {
      throw reader.fault("groups in groups more than " + DEEPEST + " deep");
    }
    List<Node> choices = new ArrayList<>();
    choices.add(branch());
    while (reader.take('|')) {
      choices.add(branch());
    }
    depth--;
    return choices.size() == 1 ? choices.get(0) : new Node.Alternation(choices);
  }

  private Node branch() {
    Branch branch = new Branch();
    while (true) {
      int c = reader.peek();
      if (c == Reader.END || c == '|' || c == ')') {
        return branch.end();
      }
      if (options.extended() && skipped()) {
        continue;
      }
      if (c == '(' && reader.take("(?#")) {
        comment();
      } else if (c == '(' && isolatedOption()) {
        branch.flush();
        Options outer = options;
        options = isolated();
        branch.add(alternatives());
        options = outer;
        return branch.end();
      } else {
        branch.next();
      }
    }
  }

  private boolean skipped() {
    int c = reader.peek();
    if (c == '#') {
      while (c != Reader.END && c != '\n') {
        c = reader.next();
      }
      return true;
    }
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      reader.next();
      return true;
    }
    return false;
  }

  private void comment() {
    int c;
    do {
      c = reader.next();
      if (c == '\\') {
        reader.next();
        c = ' ';
      }
      if (c == Reader.END) {
        throw reader.fault("a comment without its end");
      }
    } while (c != ')');
  }

  /** Whether an option for the rest of the group stands here, {@code (?i)}. */
  private boolean isolatedOption() {
    if (reader.peek(1) != '?') {
      return false;
    }
    for (int i = 2; ; i++) {
      int c = reader.peek(i);
      if (c == ')') {
        return i > 2;
      }
      if (c >= 0x80 || c < 0 || "imxWDSP-".indexOf(c) < 0) {
        return false;
      }
    }
  }

  private Options isolated() {
    reader.take("(?");
    return options(')');
  }

  private Options options(int end) {
    Options read = options;
    boolean on = true;
    int c = reader.next();
    while (c != end) {
      if (c == '-') {
        on = false;
      } else if (c >= 0 && c < 0x80 && "imxWDSP".indexOf(c) >= 0) {
        read = read.with(c, on);
      } else {
        throw reader.fault("an option of a group that is not known");
      }
      c = reader.next();
    }
    return read;
  }

  /** A branch of an alternation while it is read. */
  private final class Branch {
    private final List<Node> parts = new ArrayList<>();
    private final List<Integer> literal = new ArrayList<>();

    void add(Node node) {
      flush();
      parts.add(node);
    }

    Node end() {
      flush();
      List<Node> merged = new ArrayList<>();
      for (Node part : parts) {
        int last = merged.size() - 1;
        if (part instanceof Node.Literal second
            && last >= 0
            && merged.get(last) instanceof Node.Literal first
            && first.ignoreCase() == second.ignoreCase()) {
          merged.set(last, joined(first, second));
        } else {
          merged.add(part);
        }
      }
      return merged.size() == 1 ? merged.get(0) : new Node.Sequence(List.copyOf(merged));
    }

    /** Texts in groups join those beside them: {@code (?i)(?:s)s} matches a sharp s. */
    private static Node joined(Node.Literal first, Node.Literal second) {
      int[] points = Arrays.copyOf(first.points(), first.points().length + second.points().length);
      System.arraycopy(second.points(), 0, points, first.points().length, second.points().length);
      return new Node.Literal(points, first.ignoreCase(), first.several() && second.several());
    }

    private void flush() {
      if (!literal.isEmpty()) {
        parts.add(text(literal.stream().mapToInt(i -> i).toArray()));
        literal.clear();
      }
    }

    private Node text(int[] points) {
      return new Node.Literal(points, options.ignoreCase(), behind == 0);
    }

    /** The next part with what repeats it; literal text gathers until another part comes. */
    void next() {
      Quantifier none = quantifier();
      if (none != null) {
        throw reader.fault("nothing stands before a repetition");
      }
      Node node = atom();
      if (node == null) {
        int point = literalPoint;
        Quantifier quantifier = quantifier();
        if (quantifier == null) {
          literal.add(point);
          return;
        }
        flush();
        node = quantifier.of(text(new int[] {point}), reader);
      } else {
        flush();
      }
      Quantifier quantifier = quantifier();
      while (quantifier != null) {
        node = quantifier.of(node, reader);
        quantifier = quantifier();
      }
      parts.add(node);
    }
  }

  private int literalPoint;

  /** The next part, or null if it is {@link #literalPoint}. */
  private @Nullable Node atom() {
    int c = reader.next();
    return switch (c) {
      case '\\' -> escape();
      case '.' -> new Node.Chars(options.dotAll() ? CharSet.ALL : NO_LINE_FEED);
      case '[' -> charClass();
      case '(' -> group();
      case '^' -> new Node.Anchor(Node.AnchorKind.LINE_START);
      case '$' -> new Node.Anchor(Node.AnchorKind.LINE_END);
      default -> {
        literalPoint = c;
        yield null;
      }
    };
  }

  private static final CharSet NO_LINE_FEED = CharSet.of('\n').not();
  private static final CharSet LINE_ENDS =
      CharSet.of(new int[] {'\n', '\r', 0x85, 0x85, 0x2028, 0x2029});

  private Node charClass() {
    ClassParser.CharClass read = classes.read(options);
    if (!options.ignoreCase()) {
      return new Node.Chars(read.set());
    }
    CharSet closed = Folding.closure(read.members());
    if (read.negated()) {
      return new Node.Chars(closed.not());
    }
    List<Node> choices = new ArrayList<>();
    choices.add(new Node.Chars(closed));
    if (behind == 0) {
      choices.addAll(Folding.texts(closed));
    }
    return choices.size() == 1 ? choices.get(0) : new Node.Alternation(choices);
  }

  private @Nullable Node escape() {
    int c = reader.next();
    CharSet type = ClassParser.type(c, false, options);
    if (type != null) {
      return new Node.Chars(type);
    }
    switch (c) {
      case Reader.END -> throw reader.fault("it ends behind a backslash");
      case 'p', 'P' -> {
        if (reader.peek() != '{') {
          literalPoint = c; // \\pL is a text of two letters
          return null;
        }
        return new Node.Chars(classes.property(c == 'P', false, options));
      }
      case 'b' -> {
        return anchor(
            options.asciiWord() || options.asciiPosix()
                ? Node.AnchorKind.ASCII_WORD_BOUNDARY
                : Node.AnchorKind.WORD_BOUNDARY);
      }
      case 'B' -> {
        return anchor(
            options.asciiWord() || options.asciiPosix()
                ? Node.AnchorKind.NO_ASCII_WORD_BOUNDARY
                : Node.AnchorKind.NO_WORD_BOUNDARY);
      }
      case 'A' -> {
        return anchor(Node.AnchorKind.TEXT_START);
      }
      case 'Z' -> {
        return anchor(Node.AnchorKind.TEXT_END_OR_NEWLINE);
      }
      case 'z' -> {
        return anchor(Node.AnchorKind.TEXT_END);
      }
      case 'G' -> {
        return anchor(Node.AnchorKind.SEARCH_START);
      }
      case 'K' -> {
        return new Node.Keep();
      }
      case 'R' -> {
        return new Node.Atomic(
            new Node.Alternation(
                List.of(
                    new Node.Sequence(
                        List.of(
                            new Node.Chars(CharSet.of('\r')), new Node.Chars(CharSet.of('\n')))),
                    new Node.Chars(LINE_ENDS))));
      }
      case 'N' -> {
        return new Node.Chars(NO_LINE_FEED);
      }
      case 'O' -> {
        return new Node.Chars(CharSet.ALL);
      }
      case 'X', 'y', 'Y' -> throw reader.fault("text segments (\\X, \\y, \\Y) are not supported");
      case 'k' -> {
        if (reader.peek() == '<' || reader.peek() == '\'') {
          return reference(reader.name(reader.next() == '<' ? '>' : '\''));
        }
        literalPoint = 'k';
        return null;
      }
      case 'g' -> {
        if (reader.peek() == '<' || reader.peek() == '\'') {
          throw reader.fault("calls of groups (\\g) are not supported");
        }
        literalPoint = 'g';
        return null;
      }
      default -> {
        if (c >= '0' && c <= '9') {
          return number();
        }
        literalPoint = reader.escaped(c, false);
        return null;
      }
    }
  }

  private static Node anchor(Node.AnchorKind kind) {
    return new Node.Anchor(kind);
  }

  /** A reference by number, or an octal code point, whose first digit was just read. */
  private @Nullable Node number() {
    int from = reader.at() - 1;
    reader.back(from);
    int first = reader.peek();
    if (first != '0') {
      int number = reader.number(10, 9);
      if (number <= groups || number <= 9) {
        if (onlyNamed) {
          throw reader.fault("a reference by number beside named groups");
        }
        return reference(List.of(number));
      }
      reader.back(from);
      if (first >= '8') {
        literalPoint = reader.next();
        return null;
      }
    }
    literalPoint = reader.octal(3);
    return null;
  }

  private Node reference(List<Integer> numbers) {
    numbers.forEach(number -> highestReference = Math.max(highestReference, number));
    return new Node.Backreference(numbers, options.ignoreCase());
  }

  private Node reference(String name) {
    if (name.matches("[-+]?[0-9]{1,9}")) {
      if (onlyNamed) {
        throw reader.fault("a reference by number beside named groups");
      }
      int number = Integer.parseInt(name);
      int absolute =
          name.startsWith("-")
              ? groups + 1 + number
              : name.startsWith("+") ? groups + number : number;
      if (absolute <= 0) {
        throw reader.fault("a reference to a group that does not exist: " + name);
      }
      return reference(List.of(absolute));
    }
    List<Integer> numbers = names.get(name);
    if (numbers == null) {
      throw reader.fault("a reference to a group that does not exist: " + name);
    }
    return reference(List.copyOf(numbers));
  }

  /** The group whose parenthesis was just read. */
  private Node group() {
    if (reader.peek() == '*') {
      throw reader.fault("callouts (*…) are not supported");
    }
    if (!reader.take('?')) {
      if (onlyNamed) {
        return closed(alternatives());
      }
      int number = newGroup();
      return new Node.Capture(number, closed(alternatives()));
    }
    int c = reader.next();
    switch (c) {
      case ':' -> {
        return scoped(options);
      }
      case '=', '!' -> {
        return new Node.Look(scoped(options), false, c == '!');
      }
      case '>' -> {
        return new Node.Atomic(scoped(options));
      }
      case '<' -> {
        if (reader.peek() == '=' || reader.peek() == '!') {
          boolean negative = reader.next() == '!';
          behind++;
          Node body = scoped(options);
          behind--;
          return new Node.Look(body, true, negative);
        }
        return named('>');
      }
      case '\'' -> {
        return named('\'');
      }
      case '~' -> throw reader.fault("absent groups (?~…) are not supported");
      case '(' -> throw reader.fault("conditions (?(…)…) are not supported");
      case '{' -> throw reader.fault("callouts (?{…}) are not supported");
      default -> {
        reader.back(reader.at() - 1);
        return new Node.Group(scoped(options(':')));
      }
    }
  }

  private Node named(int end) {
    String name = reader.name(end);
    if (name.isEmpty() || (name.codePointAt(0) >= '0' && name.codePointAt(0) <= '9')) {
      throw reader.fault("a group without a proper name");
    }
    int number = newGroup();
    names.computeIfAbsent(name, key -> new ArrayList<>()).add(number);
    return new Node.Capture(number, closed(alternatives()));
  }

  private int newGroup() {
    if (++groups > MOST_GROUPS) {
      throw reader.fault("more than " + MOST_GROUPS + " groups");
    }
    return groups;
  }

  private Node scoped(Options inner) {
    Options outer = options;
    options = inner;
    Node body = closed(alternatives());
    options = outer;
    return body;
  }

  private Node closed(Node body) {
    if (!reader.take(')')) {
      throw reader.fault("an opening parenthesis without its closing one");
    }
    return body;
  }

  /** What repeats the part before, or null if nothing does. */
  private @Nullable Quantifier quantifier() {
    if (options.extended()) {
      while (skipped()) {
        // White space may stand before it.
      }
    }
    return Quantifier.read(reader);
  }
}
