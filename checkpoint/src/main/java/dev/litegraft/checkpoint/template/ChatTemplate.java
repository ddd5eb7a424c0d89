package dev.litegraft.checkpoint.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A chat template: Jinja with {@code trim_blocks} and {@code lstrip_blocks}, as transformers reads
 * it; the tags if, for and set, and what rerankers' templates use of the rest.
 *
 * <p>Source: {@code transformers/utils/chat_template_utils.py}; the documentation of Jinja 3.
 */
public final class ChatTemplate {
  private static final Pattern TAG =
      Pattern.compile("\\{([%{#])([-+]?)(.*?)([-+]?)[%}#]\\}", Pattern.DOTALL);

  /** A part of a template. */
  private interface Node {
    void render(Scope scope, StringBuilder out);
  }

  /** A piece of the source: text, {@code {{…}}} or {@code {%…%}}. */
  private record Piece(char kind, String text) {}

  private final List<Piece> pieces;
  private int at;
  private final List<Node> nodes;

  private ChatTemplate(String source) {
    this.pieces = pieces(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
    this.nodes = block();
    if (at < pieces.size()) {
      throw ExpressionReader.refused("the tag {% " + pieces.get(at).text() + " %}");
    }
  }

  /**
   * Reads a template.
   *
   * @throws TemplateException if it has a part that is not known here
   */
  public static ChatTemplate of(String source) {
    return new ChatTemplate(source);
  }

  /**
   * What the template makes of these values.
   *
   * @throws TemplateException if it has a part that is not known here
   */
  public String render(Map<String, @Nullable Object> values) {
    Scope scope = new Scope(null);
    values.forEach(scope::set);
    StringBuilder out = new StringBuilder();
    nodes.forEach(node -> node.render(scope, out));
    return out.toString();
  }

  private static List<Piece> pieces(String source) {
    List<Piece> pieces = new ArrayList<>();
    Matcher tag = TAG.matcher(source);
    int end = 0;
    boolean strips = false;
    boolean dropsLine = false;
    while (tag.find(end)) {
      char kind = tag.group(1).charAt(0);
      String text = after(source.substring(end, tag.start()), strips, dropsLine);
      if (tag.group(2).equals("-")) {
        text = text.stripTrailing();
      } else if (kind != '{' && !tag.group(2).equals("+")) {
        text = withoutIndent(text, end == 0);
      }
      pieces.add(new Piece('t', text));
      if (kind != '#') {
        pieces.add(new Piece(kind, tag.group(3).strip()));
      }
      end = tag.end();
      strips = tag.group(4).equals("-");
      dropsLine = kind != '{';
    }
    pieces.add(new Piece('t', after(source.substring(end), strips, dropsLine)));
    return pieces;
  }

  private static String after(String text, boolean strips, boolean dropsLine) {
    if (strips) {
      return text.stripLeading();
    }
    return dropsLine && text.startsWith("\n") ? text.substring(1) : text;
  }

  /** Without the spaces before a tag that begins its line. */
  private static String withoutIndent(String text, boolean first) {
    int line = text.lastIndexOf('\n') + 1;
    boolean begins = line > 0 || first;
    return begins && text.substring(line).isBlank() ? text.substring(0, line) : text;
  }

  private List<Node> block() {
    List<Node> block = new ArrayList<>();
    while (at < pieces.size()) {
      Piece piece = pieces.get(at);
      if (piece.kind() == 't') {
        at++;
        block.add((scope, out) -> out.append(piece.text()));
      } else if (piece.kind() == '{') {
        at++;
        Expression expression = whole(new ExpressionReader(piece.text()));
        block.add((scope, out) -> out.append(Scope.text(expression.value(scope))));
      } else if (piece.text().matches("(?s)(elif|else|endif|endfor)\\b.*")) {
        return block;
      } else {
        at++;
        block.add(tag(piece.text()));
      }
    }
    return block;
  }

  private Node tag(String text) {
    ExpressionReader reader = new ExpressionReader(text);
    return switch (reader.next()) {
      case "if" -> condition(reader);
      case "for" -> loop(reader);
      case "set" -> assignment(reader);
      default -> throw ExpressionReader.refused("the tag {% " + text + " %}");
    };
  }

  private Node condition(ExpressionReader reader) {
    Expression condition = whole(reader);
    List<Node> then = block();
    ExpressionReader end = end("if");
    String word = end.next();
    Node otherwise =
        switch (word) {
          case "elif" -> condition(end);
          case "else" -> {
            List<Node> block = block();
            if (!end("else").next().equals("endif")) {
              throw ExpressionReader.refused("an {% else %} without {% endif %}");
            }
            yield (scope, out) -> block.forEach(node -> node.render(scope, out));
          }
          case "endif" -> (scope, out) -> {};
          default -> throw ExpressionReader.refused("{% " + word + " %} inside of {% if %}");
        };
    return (scope, out) -> {
      if (Scope.isTrue(condition.value(scope))) {
        then.forEach(node -> node.render(scope, out));
      } else {
        otherwise.render(scope, out);
      }
    };
  }

  private Node loop(ExpressionReader reader) {
    String name = reader.next();
    reader.require("in");
    // The condition behind the list is the loop's, and no part of an expression.
    Expression list = reader.withoutCondition();
    Expression kept = reader.takes("if") ? reader.expression() : scope -> true;
    List<Node> body = block();
    if (!end("for").next().equals("endfor")) {
      throw ExpressionReader.refused("a {% for %} without {% endfor %}");
    }
    return (scope, out) -> {
      List<@Nullable Object> all = new ArrayList<>();
      for (Object element : Values.list(list.value(scope))) {
        Scope inner = new Scope(scope);
        inner.set(name, element);
        if (Scope.isTrue(kept.value(inner))) {
          all.add(element);
        }
      }
      for (int i = 0; i < all.size(); i++) {
        Scope inner = new Scope(scope);
        inner.set(name, all.get(i));
        Map<String, @Nullable Object> loop = new HashMap<>();
        loop.put("index", i + 1L);
        loop.put("index0", (long) i);
        loop.put("first", i == 0);
        loop.put("last", i == all.size() - 1);
        inner.set("loop", loop);
        body.forEach(node -> node.render(inner, out));
      }
    };
  }

  @SuppressWarnings("unchecked") // what namespace() made is such a map
  private static Node assignment(ExpressionReader reader) {
    String name = reader.next();
    String member = reader.takes(".") ? reader.next() : "";
    reader.require("=");
    Expression value = whole(reader);
    return (scope, out) -> {
      if (member.isEmpty()) {
        scope.set(name, value.value(scope));
      } else if (scope.find(name) instanceof Map<?, ?> space) {
        ((Map<String, @Nullable Object>) space).put(member, value.value(scope));
      }
    };
  }

  private ExpressionReader end(String of) {
    if (at >= pieces.size()) {
      throw ExpressionReader.refused("a {% " + of + " %} without its end");
    }
    return new ExpressionReader(pieces.get(at++).text());
  }

  private static Expression whole(ExpressionReader reader) {
    Expression expression = reader.expression();
    if (!reader.isAtEnd()) {
      throw ExpressionReader.refused("\"" + reader.next() + "\" behind an expression");
    }
    return expression;
  }
}
