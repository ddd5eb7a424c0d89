package dev.litegraft.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * A page of Markdown: its title, its headings with the anchors that GitHub gives them, its links.
 */
final class Page {
  private static final List<org.commonmark.Extension> TABLES = List.of(TablesExtension.create());

  private final String source;
  private final Node document;
  private final Map<Node, String> anchors = new LinkedHashMap<>();
  private final List<Link> links = new ArrayList<>();
  private String title;

  private Page(String source, Node document) {
    this.source = source;
    this.document = document;
    this.title = source;
    Map<String, Integer> seen = new HashMap<>();
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Heading heading) {
            String text = text(heading);
            if (anchors.isEmpty()) {
              title = text;
            }
            String anchor = anchor(text);
            int times = seen.merge(anchor, 1, Integer::sum);
            anchors.put(heading, times == 1 ? anchor : anchor + "-" + (times - 1));
            visitChildren(heading);
          }

          @Override
          public void visit(Link link) {
            links.add(link);
            visitChildren(link);
          }
        });
  }

  /**
   * A page of a file's text.
   *
   * @param source where it stands in the repository: {@code docs/recipes.md}
   */
  static Page of(String source, String markdown) {
    return new Page(source, Parser.builder().extensions(TABLES).build().parse(markdown));
  }

  String source() {
    return source;
  }

  /** The first heading. */
  String title() {
    return title;
  }

  /** What a link to a place of this page can name. */
  boolean has(String anchor) {
    return anchors.containsValue(anchor);
  }

  /** Its links, whose destinations may be changed before {@link #html}. */
  List<Link> links() {
    return links;
  }

  /** The page's content. */
  String html() {
    return HtmlRenderer.builder()
        .extensions(TABLES)
        .attributeProviderFactory(
            context ->
                (node, tag, attributes) -> {
                  String anchor = anchors.get(node);
                  if (anchor != null) {
                    attributes.put("id", anchor);
                  }
                })
        .build()
        .render(document);
  }

  /** As GitHub makes it of a heading's text. */
  static String anchor(String heading) {
    StringBuilder anchor = new StringBuilder();
    heading
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(c -> Character.isLetterOrDigit(c) || c == ' ' || c == '-' || c == '_')
        .map(c -> c == ' ' ? '-' : c)
        .forEach(anchor::appendCodePoint);
    return anchor.toString();
  }

  private static String text(Node heading) {
    StringBuilder text = new StringBuilder();
    heading.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(Code part) {
            text.append(part.getLiteral());
          }

          @Override
          public void visit(SoftLineBreak part) {
            text.append(' ');
          }
        });
    return text.toString();
  }
}
