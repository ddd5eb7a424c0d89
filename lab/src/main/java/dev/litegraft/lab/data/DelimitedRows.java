package dev.litegraft.lab.data;

import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows whose cells stand between commas or tabs, below a row of names. With quoting a cell may
 * stand between quotes, with two quotes for one and line feeds inside (RFC 4180); without, a quote
 * is a character as any other.
 */
final class DelimitedRows implements RowReader {
  private static final int MOST_OF_A_CELL = 1 << 24;

  private final LineReader lines;
  private final char separator;
  private final boolean quoted;
  private final List<String> columns;

  /** The line at which the row begins that was read last. */
  private int start;

  /** The line that was read last, and how far its cells are read. */
  private String line = "";

  private int at;

  DelimitedRows(Path file, char separator, boolean quoted) throws IOException {
    this.lines = LineReader.ofRows(file);
    this.separator = separator;
    this.quoted = quoted;
    try {
      List<String> head = cells();
      if (head == null) {
        throw new InvalidInputException(
            "the file is empty", file.toString(), "a row of names, and rows below it");
      }
      this.columns = named(head);
    } catch (RuntimeException | IOException e) {
      lines.close();
      throw e;
    }
  }

  /** The names without spaces at their ends, which nobody sees and no option would name. */
  private List<String> named(List<String> cells) {
    List<String> head = cells.stream().map(DelimitedRows::name).toList();
    Set<String> seen = new HashSet<>();
    for (String name : head) {
      if (name.indexOf('\r') >= 0) {
        throw new InvalidInputException(
            "the first line has a carriage return inside: lines of this file seem to end with those alone",
            lines.where(),
            "end lines with line feeds: tr '\\r' '\\n'");
      }
      if (name.isBlank() || !seen.add(name)) {
        throw new InvalidInputException(
            name.isBlank()
                ? "column " + (head.indexOf(name) + 1) + " has no name"
                : "two columns are called \"" + name + "\"",
            lines.where(),
            "the first line names each column once; pandas leaves its index out with index=False");
      }
    }
    return head;
  }

  /** Lone carriage returns stay: they are told. */
  private static String name(String cell) {
    return cell.indexOf('\r') < 0 ? cell.strip() : cell;
  }

  List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable DataRow next() throws IOException {
    List<String> cells = cells();
    if (cells == null) {
      return null;
    }
    String where = lines.where(start);
    if (cells.size() != columns.size()) {
      boolean empty = cells.size() == 1 && cells.get(0).isBlank();
      if (empty && cells() == null) {
        return null; // an empty line at the end
      }
      throw new InvalidInputException(
          empty
              ? "the row is empty"
              : "the row has "
                  + cells.size()
                  + " cells, where the first line names "
                  + columns.size(),
          where,
          empty ? "leave it out" : remedy());
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < cells.size(); i++) {
      values.put(columns.get(i), cells.get(i));
    }
    return new DataRow(where, values);
  }

  private String remedy() {
    return quoted
        ? "put a cell between quotes that has a "
            + (separator == '\t' ? "tab" : "comma")
            + " or a line feed inside"
        : "no tab or line feed may stand in a cell; where cells stand between quotes: --quoted";
  }

  /** The cells of a row; null after the last. */
  private @Nullable List<String> cells() throws IOException {
    String first = lines.nextOfRows();
    if (first == null) {
      return null;
    }
    start = lines.number();
    if (!quoted) {
      return List.of(first.split(String.valueOf(separator), -1));
    }
    line = first;
    at = 0;
    List<String> cells = new ArrayList<>();
    while (true) {
      cells.add(at < line.length() && line.charAt(at) == '"' ? quotedCell() : plainCell());
      if (at >= line.length()) {
        return cells;
      }
      at++;
    }
  }

  /** The cell that begins with a quote here; it may go on in further lines. */
  private String quotedCell() throws IOException {
    StringBuilder cell = new StringBuilder();
    at++;
    while (true) {
      int quote = line.indexOf('"', at);
      if (quote < 0) {
        cell.append(line, at, line.length()).append(lines.lineEnd());
        requireBounded(cell);
        line = continued();
        at = 0;
      } else if (quote + 1 < line.length() && line.charAt(quote + 1) == '"') {
        cell.append(line, at, quote + 1);
        at = quote + 2;
      } else {
        cell.append(line, at, quote);
        at = quote + 1;
        break;
      }
    }
    if (at < line.length() && line.charAt(at) != separator) {
      throw new InvalidInputException(
          "after a cell between quotes stands \"" + DataFile.cut(line.substring(at)) + "\"",
          lines.where() + ", character " + (at + 1),
          "write a quote inside of a cell twice");
    }
    return cell.toString();
  }

  /** The cell without quotes that begins here. */
  private String plainCell() {
    int end = line.indexOf(separator, at);
    String cell = line.substring(at, end < 0 ? line.length() : end);
    if (cell.indexOf('"') >= 0) {
      throw new InvalidInputException(
          "a quote stands inside of a cell that does not begin with one: \""
              + DataFile.cut(cell)
              + "\"",
          lines.where(),
          "put the cell between quotes, and write a quote inside of it twice");
    }
    at = end < 0 ? line.length() : end;
    return cell;
  }

  /** A quote that is never closed would take the rest of the file, however large, into memory. */
  private void requireBounded(StringBuilder cell) {
    if (cell.length() > MOST_OF_A_CELL) {
      throw new InvalidInputException(
          "a cell between quotes has more than " + MOST_OF_A_CELL + " characters",
          lines.where(start),
          "close the quote, and write a quote inside of a cell twice");
    }
  }

  private String continued() throws IOException {
    String next = lines.nextOfRows();
    if (next == null) {
      throw new InvalidInputException(
          "a quote is not closed before the end of the file",
          lines.where(start),
          "close it, and write a quote inside of a cell twice");
    }
    return next;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
