package dev.litegraft.checkpoint.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the expressions of a template: what stands between two braces, and in tags.
 *
 * <p>Source: the grammar of Jinja 3, as far as chat templates use it.
 */
final class ExpressionReader {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*')|(\\d+)|([A-Za-z_]\\w*)"
              + "|(==|!=|<=|>=|[|.,()\\[\\]{}:+~<>=%-]))");

  private final List<String> tokens = new ArrayList<>();
  private final String source;
  private int at;

  ExpressionReader(String source) {
    this.source = source;
    Matcher matcher = TOKEN.matcher(source);
    int end = 0;
    while (end < source.length() && matcher.find(end) && matcher.start() == end) {
      tokens.add(matcher.group().strip());
      end = matcher.end();
    }
    if (!source.substring(end).isBlank()) {
      throw refused("\"" + source.substring(end).strip() + "\"");
    }
  }

  static TemplateException refused(String what) {
    return new TemplateException(what);
  }

  /** A whole expression. */
  Expression expression() {
    Expression then = or();
    if (!takes("if")) {
      return then;
    }
    Expression condition = or();
    Expression otherwise = takes("else") ? expression() : scope -> null;
    return s -> Scope.isTrue(condition.value(s)) ? then.value(s) : otherwise.value(s);
  }

  /** An expression that no {@code if} belongs to. */
  Expression withoutCondition() {
    return or();
  }

  private Expression or() {
    Expression left = and();
    while (takes("or")) {
      Expression a = left;
      Expression b = and();
      left =
          s -> {
            Object first = a.value(s);
            return Scope.isTrue(first) ? first : b.value(s);
          };
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (takes("and")) {
      Expression a = left;
      Expression b = not();
      left =
          s -> {
            Object first = a.value(s);
            return Scope.isTrue(first) ? b.value(s) : first;
          };
    }
    return left;
  }

  private Expression not() {
    if (takes("not")) {
      Expression inner = not();
      return s -> !Scope.isTrue(inner.value(s));
    }
    return comparison();
  }

  private Expression comparison() {
    Expression left = sum();
    while (true) {
      Expression a = left;
      if (takes("==")) {
        Expression b = sum();
        left = s -> Objects.equals(a.value(s), b.value(s));
      } else if (takes("!=")) {
        Expression b = sum();
        left = s -> !Objects.equals(a.value(s), b.value(s));
      } else if (takes("in")) {
        Expression b = sum();
        left = s -> Values.contains(b.value(s), a.value(s));
      } else if (peek("not") && at + 1 < tokens.size() && tokens.get(at + 1).equals("in")) {
        at += 2;
        Expression b = sum();
        left = s -> !Values.contains(b.value(s), a.value(s));
      } else {
        return left;
      }
    }
  }

  private Expression sum() {
    Expression left = postfix();
    while (peek("+") || peek("~")) {
      boolean texts = next().equals("~");
      Expression a = left;
      Expression b = postfix();
      left = s -> Values.sum(a.value(s), b.value(s), texts);
    }
    return left;
  }

  private Expression postfix() {
    Expression left = primary();
    while (true) {
      Expression a = left;
      if (takes(".")) {
        String name = next();
        if (takes("(")) {
          List<Expression> arguments = arguments().positional();
          left = s -> Values.method(a.value(s), name, values(arguments, s));
        } else {
          left = s -> Values.member(a.value(s), name);
        }
      } else if (takes("[")) {
        Expression index = expression();
        require("]");
        left = s -> Values.member(a.value(s), index.value(s));
      } else if (takes("|")) {
        String name = next();
        Arguments arguments = takes("(") ? arguments() : Arguments.NONE;
        left =
            s ->
                Values.filtered(
                    a.value(s),
                    name,
                    values(arguments.positional(), s),
                    arguments.named("attribute", s));
      } else if (takes("is")) {
        boolean negated = takes("not");
        String test = next();
        boolean takesOne = List.of("eq", "equalto", "ne", "in").contains(test) && takes("(");
        Expression other = takesOne ? expression() : s -> null;
        if (takesOne) {
          require(")");
        }
        left = s -> Values.test(a.value(s), test, other.value(s)) != negated;
      } else {
        return left;
      }
    }
  }

  private Expression primary() {
    String token = next();
    if (token.equals("(")) {
      Expression inner = expression();
      require(")");
      return inner;
    }
    if (token.equals("[")) {
      List<Expression> elements = new ArrayList<>();
      while (!takes("]")) {
        elements.add(expression());
        takes(",");
      }
      return s -> values(elements, s);
    }
    char first = token.charAt(0);
    if (first == '"' || first == '\'') {
      String text = unescaped(token.substring(1, token.length() - 1));
      return s -> text;
    }
    if (Character.isDigit(first)) {
      Long number = Long.valueOf(token);
      return s -> number;
    }
    if (token.equals("-")) {
      Long number = -Long.parseLong(next());
      return s -> number;
    }
    return switch (token) {
      case "true", "True" -> s -> true;
      case "false", "False" -> s -> false;
      case "none", "None" -> s -> null;
      default -> named(token);
    };
  }

  private Expression named(String name) {
    if (!Character.isLetter(name.charAt(0)) && name.charAt(0) != '_') {
      throw refused("\"" + name + "\" in \"" + source + "\"");
    }
    if (!takes("(")) {
      return s -> s.find(name);
    }
    Arguments arguments = arguments();
    if (name.equals("namespace")) {
      return s -> {
        Map<String, @Nullable Object> made = new LinkedHashMap<>();
        arguments.named().forEach((key, value) -> made.put(key, value.value(s)));
        return made;
      };
    }
    throw refused("the function " + name);
  }

  /** What stands in brackets behind a name. */
  private record Arguments(List<Expression> positional, Map<String, Expression> named) {
    static final Arguments NONE = new Arguments(List.of(), Map.of());

    @Nullable Object named(String name, Scope scope) {
      Expression found = named.get(name);
      return found == null ? null : found.value(scope);
    }
  }

  private Arguments arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    while (!takes(")")) {
      if (at + 1 < tokens.size() && tokens.get(at + 1).equals("=")) {
        String name = next();
        at++;
        named.put(name, expression());
      } else {
        positional.add(expression());
      }
      takes(",");
    }
    return new Arguments(positional, named);
  }

  private static List<@Nullable Object> values(List<Expression> expressions, Scope scope) {
    List<@Nullable Object> values = new ArrayList<>();
    expressions.forEach(expression -> values.add(expression.value(scope)));
    return values;
  }

  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        plain.append(next == 'n' ? '\n' : next == 't' ? '\t' : next == 'r' ? '\r' : next);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }

  boolean isAtEnd() {
    return at == tokens.size();
  }

  boolean peek(String token) {
    return at < tokens.size() && tokens.get(at).equals(token);
  }

  boolean takes(String token) {
    if (peek(token)) {
      at++;
      return true;
    }
    return false;
  }

  String next() {
    if (isAtEnd()) {
      throw refused("the end of \"" + source + "\"");
    }
    return tokens.get(at++);
  }

  void require(String token) {
    if (!takes(token)) {
      throw refused("\"" + source + "\", where " + token + " is expected");
    }
  }
}
