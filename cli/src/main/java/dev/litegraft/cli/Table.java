package dev.litegraft.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Rows whose columns are as wide as their widest cell. Numbers stand right, words left. */
final class Table {
  private static final String GAP = "  ";

  private final List<String> head;
  private final List<List<String>> rows = new ArrayList<>();

  Table(String... head) {
    this.head = List.of(head);
  }

  /** Adds a row of as many cells as the head has. */
  Table row(String... cells) {
    if (cells.length != head.size()) {
      throw new IllegalArgumentException(cells.length + " cells in a table of " + head.size());
    }
    rows.add(List.of(cells).stream().map(Printable::line).toList());
    return this;
  }

  /** Prints the head and the rows. */
  void print(Results out) throws IOException {
    int[] widths = new int[head.size()];
    boolean[] numeric = new boolean[head.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] = Printable.width(head.get(i));
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], Printable.width(row.get(i)));
      }
      numeric[i] = !rows.isEmpty() && rows.stream().allMatch(row -> isNumber(row.get(column)));
    }
    out.line(out.bold(line(head, widths, numeric)));
    for (List<String> row : rows) {
      out.line(line(row, widths, numeric));
    }
  }

  private static String line(List<String> cells, int[] widths, boolean[] numeric) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - Printable.width(cells.get(i)));
      line.append(i == 0 ? "" : GAP);
      line.append(numeric[i] ? space + cells.get(i) : cells.get(i) + space);
    }
    return line.toString().stripTrailing();
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty() && (Character.isDigit(cell.charAt(0)) || cell.charAt(0) == '-');
  }
}
