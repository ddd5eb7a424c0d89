package dev.litegraft.lab.report;

import static dev.litegraft.lab.report.Html.escaped;

import java.util.Locale;

/** What stands on a {@link Page}: headings, tables and plots, one below the other. */
public final class Body implements CharSequence {
  private final StringBuilder markup = new StringBuilder();

  /** Without anything yet. */
  public Body() {}

  /** The page's own title; plain text. */
  public Body title(String text) {
    markup.append("<h1>").append(escaped(text)).append("</h1>\n");
    return this;
  }

  /** The title of a part; plain text. */
  public Body heading(String text) {
    markup.append("<h2>").append(escaped(text)).append("</h2>\n");
    return this;
  }

  /** A remark; plain text. */
  public Body soft(String text) {
    markup.append("<p class=\"soft\">").append(escaped(text)).append("</p>\n");
    return this;
  }

  /** A plot with its heading and what it shows; nothing where there is no plot. */
  public Body plot(String title, String svg, String caption) {
    if (!svg.isEmpty()) {
      heading(title);
      markup.append("<figure>\n").append(svg);
      markup.append("<figcaption>").append(escaped(caption)).append("</figcaption>\n</figure>\n");
    }
    return this;
  }

  /** Begins a table, and names its columns; none where rows name themselves. */
  public Body begin(String... names) {
    markup.append("<div class=\"scroll\"><table>\n");
    if (names.length > 0) {
      markup.append("<tr>");
      for (String name : names) {
        markup.append("<th>").append(escaped(name)).append("</th>");
      }
      markup.append("</tr>\n");
    }
    return this;
  }

  /** A row of plain texts; what begins as a number stands right. */
  public Body row(boolean bad, String... cells) {
    markup.append(bad ? "<tr class=\"bad\">" : "<tr>");
    for (String cell : cells) {
      boolean numeric = !cell.isEmpty() && "0123456789+-[".indexOf(cell.charAt(0)) >= 0;
      markup.append(numeric ? "<td class=\"n\">" : "<td>").append(escaped(cell)).append("</td>");
    }
    markup.append("</tr>\n");
    return this;
  }

  /** A row that is a name and what it stands for. */
  public Body fact(String name, String value) {
    markup
        .append("<tr><th>")
        .append(escaped(name))
        .append("</th><td>")
        .append(escaped(value))
        .append("</td></tr>\n");
    return this;
  }

  /** Ends a table. */
  public Body end() {
    markup.append("</table></div>\n");
    return this;
  }

  /** Markup as it is. */
  public Body append(CharSequence more) {
    markup.append(more);
    return this;
  }

  /** A number's text, the same in every locale. */
  public static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  @Override
  public int length() {
    return markup.length();
  }

  @Override
  public char charAt(int index) {
    return markup.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return markup.subSequence(start, end);
  }

  @Override
  public String toString() {
    return markup.toString();
  }
}
