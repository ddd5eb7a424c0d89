package dev.litegraft.lab.report;

import static dev.litegraft.lab.report.Html.escaped;

import java.util.BitSet;
import java.util.Locale;

/** What stands on a {@link Page}: headings, tables and plots, one below the other. */
public final class Body implements CharSequence {
  /** A column of users' texts, which may begin as numbers do. */
  private static final String TEXT = "text";

  private final StringBuilder markup = new StringBuilder();

  /** The names of the columns of the table that is open, and where they will stand. */
  private String[] names = {};

  private int head;

  /** Which columns have a cell that is no number; the names of the others stand right as well. */
  private final BitSet texts = new BitSet();

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
  public Body begin(String... columns) {
    markup.append("<div class=\"scroll\"><table>\n");
    names = columns.clone();
    head = markup.length();
    texts.clear();
    return this;
  }

  /**
   * A row of plain texts; what begins as a number stands right, if its column is not called text.
   */
  public Body row(boolean bad, String... cells) {
    markup.append(bad ? "<tr class=\"bad\">" : "<tr>");
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      boolean numeric =
          !cell.isEmpty()
              && "0123456789+-[".indexOf(cell.charAt(0)) >= 0
              && !(i < names.length && names[i].equals(TEXT));
      if (!numeric && !cell.isEmpty()) {
        texts.set(i);
      }
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
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < names.length; i++) {
      row.append(texts.get(i) ? "<th>" : "<th class=\"n\">")
          .append(escaped(names[i]))
          .append("</th>");
    }
    if (names.length > 0) {
      markup.insert(head, "<tr>" + row + "</tr>\n");
    }
    names = new String[0];
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
