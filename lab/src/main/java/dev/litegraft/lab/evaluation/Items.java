package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataFile;
import dev.litegraft.lab.data.DataRow;
import dev.litegraft.lab.data.RowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The items of one or several files of rows: each row, or the rows of a query that follow each
 * other.
 */
final class Items implements AutoCloseable {
  private final List<DataFile> files;
  private final Optional<String> groupedBy;
  private final Set<String> queries = new HashSet<>();
  private int at;
  private @Nullable RowReader reader;
  private @Nullable DataRow waiting;

  Items(List<DataFile> files, Optional<String> groupedBy) {
    this.files = files;
    this.groupedBy = groupedBy;
  }

  /** The next ones, fewer only at the end. */
  List<List<DataRow>> next(int most) throws IOException {
    List<List<DataRow>> items = new ArrayList<>();
    while (items.size() < most) {
      List<DataRow> item = next();
      if (item.isEmpty()) {
        break;
      }
      items.add(item);
    }
    return items;
  }

  /** All of them, as they are read. */
  Stream<List<DataRow>> stream() {
    return Stream.generate(
            () -> {
              try {
                return next(1);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .takeWhile(some -> !some.isEmpty())
        .map(some -> some.get(0));
  }

  private List<DataRow> next() throws IOException {
    DataRow row = waiting == null ? row() : waiting;
    waiting = null;
    if (row == null) {
      return List.of();
    }
    if (groupedBy.isEmpty()) {
      return List.of(row);
    }
    String query = row.text(groupedBy.get());
    if (!queries.add(query)) {
      throw new InvalidInputException(
          "the query \"" + DataFile.cut(query) + "\" stands in two places",
          row.where(),
          "put the rows of a query below each other");
    }
    List<DataRow> item = new ArrayList<>(List.of(row));
    for (row = row(); row != null; row = row()) {
      if (!row.text(groupedBy.get()).equals(query)) {
        waiting = row;
        break;
      }
      item.add(row);
    }
    return item;
  }

  private @Nullable DataRow row() throws IOException {
    while (true) {
      if (reader == null) {
        if (at == files.size()) {
          return null;
        }
        reader = files.get(at++).open();
      }
      DataRow row = reader.next();
      if (row != null) {
        return row;
      }
      reader.close();
      reader = null;
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
