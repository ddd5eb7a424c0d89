package dev.litegraft.tokenizer.pattern;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
    List<Node> parts = new ArrayList<>();
    while (true) {
      int c = reader.peek();
      if (c == Reader.END || c == '|' || c == ')') {
        return sequence(parts);
      }
      if (options.extended() && skipped()) {
        continue;
      }
      if (c == '(' && reader.take("(?#")) {
        comment();
      } else if (c == '(' && isolatedOption()) {
        Options outer = options;
        options = isolated();
        parts.add(alternatives());
        options = outer;
        return sequence(parts);
      } else {
        parts.add(part());
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
    return options.read(reader, ')');
  }

  /** Parts one behind the other; texts side by side become one. */
  private static Node sequence(List<Node> parts) {
    List<Node> merged = new ArrayList<>();
    for (int i = 0; i < parts.size(); ) {
      int end = i + 1;
      if (parts.get(i) instanceof Node.Literal first) {
        while (end < parts.size()
            && parts.get(end) instanceof Node.Literal next
            && next.ignoreCase() == first.ignoreCase()) {
          end++;
        }
        merged.add(joined(parts.subList(i, end)));
      } else {
        merged.add(parts.get(i));
      }
      i = end;
    }
    return merged.size() == 1 ? merged.get(0) : new Node.Sequence(List.copyOf(merged));
  }

  /** Texts in groups join those beside them: {@code (?i)(?:s)s} matches a sharp s. */
  private static Node joined(List<Node> literals) {
    Node.Literal first = (Node.Literal) literals.get(0);
    boolean several = true;
    IntStream.Builder points = IntStream.builder();
    for (Node node : literals) {
      Node.Literal literal = (Node.Literal) node;
      several &= literal.several();
      for (int point : literal.points()) {
        points.add(point);
      }
    }
    return new Node.Literal(points.build().toArray(), first.ignoreCase(), several);
  }

  /** The next part with what repeats it. */
  private Node part() {
    if (quantifier() != null) {
      throw reader.fault("nothing stands before a repetition");
    }
    Node node = atom();
    Quantifier quantifier = quantifier();
    while (quantifier != null) {
      node = quantifier.of(node, reader);
      quantifier = quantifier();
    }
    return node;
  }

  private Node literal(int point) {
    return new Node.Literal(new int[] {point}, options.ignoreCase(), behind == 0);
  }

  private Node atom() {
    int c = reader.next();
    return switch (c) {
      case '\\' -> escape();
      case '.' -> new Node.Chars(options.dotAll() ? CharSet.ALL : Escapes.NO_LINE_FEED);
      case '[' -> charClass();
      case '(' -> group();
      case '^' -> new Node.Place(Anchor.LINE_START);
      case '$' -> new Node.Place(Anchor.LINE_END);
      default -> literal(c);
    };
  }

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

  private Node escape() {
    int c = reader.next();
    if (c == 'R' && behind > 0) {
      return Escapes.WINDOWS_LINE_END; // all that Oniguruma finds there
    }
    Node simple = Escapes.of(c, options);
    if (simple != null) {
      return simple;
    }
    boolean name = reader.peek() == '<' || reader.peek() == '\'';
    return switch (c) {
      case Reader.END -> throw reader.fault("it ends behind a backslash");
      case 'X', 'y', 'Y' -> throw reader.fault("text segments (\\X, \\y, \\Y) are not supported");
      case 'p', 'P' ->
          reader.peek() == '{' // \pL is a text of two letters
              ? new Node.Chars(classes.property(c == 'P', false, options))
              : literal(c);
      case 'k' -> name ? reference(reader.name(reader.next() == '<' ? '>' : '\'')) : literal(c);
      case 'g' -> {
        if (name) {
          throw reader.fault("calls of groups (\\g) are not supported");
        }
        yield literal(c);
      }
      default -> c >= '0' && c <= '9' ? number() : literal(reader.escaped(c, false));
    };
  }

  /** A reference by number, or an octal code point, whose first digit was just read. */
  private Node number() {
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
        return literal(reader.next());
      }
    }
    return literal(reader.octal(3));
  }

  private Node reference(List<Integer> numbers) {
    numbers.forEach(number -> highestReference = Math.max(highestReference, number));
    return new Node.Backreference(numbers, options.ignoreCase());
  }

  private Node reference(String name) {
    int sign = name.startsWith("-") || name.startsWith("+") ? 1 : 0;
    boolean digits = name.length() > sign && name.length() < sign + 9;
    for (int i = sign; i < name.length(); i++) {
      digits &= name.charAt(i) >= '0' && name.charAt(i) <= '9';
    }
    if (digits) {
      if (onlyNamed) {
        throw reader.fault("a reference by number beside named groups");
      }
      int number = Integer.parseInt(name);
      int absolute = sign == 0 ? number : number < 0 ? groups + 1 + number : groups + number;
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
        return new Node.Group(scoped(options.read(reader, ':')));
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
