package dev.litegraft.lab.evaluation;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.lab.data.DataRow;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which labels are right of a row, where each is right or not by itself: names in one column, in
 * JSON a 0 or 1 for each label in the model's order, or a column of 0 and 1 for each label.
 *
 * @param columns one, or one a label, which is called as the label is
 */
record LabelCells(List<String> columns, ModelLabels labels) {
  private static final String SEPARATOR = ",";

  /**
   * The cells of a column, or of several with commas between their names.
   *
   * @throws InvalidInputException if a column is not there
   */
  static LabelCells of(String named, NamedColumns columns, ModelLabels labels) {
    if (columns.data().columns().contains(named)) {
      return new LabelCells(List.of(named), labels);
    }
    return new LabelCells(
        Arrays.stream(named.split(SEPARATOR, -1))
            .map(name -> columns.data().require(name.strip(), NamedColumns.LABEL))
            .toList(),
        labels);
  }

  /**
   * The labels that are right.
   *
   * @throws InvalidInputException if the row does not say it
   */
  BitSet right(DataRow row) {
    if (columns.size() > 1) {
      return ofColumns(row);
    }
    String column = columns.get(0);
    return row.values().get(column) instanceof List<?> list && isOneForEach(list, row)
        ? ofNumbers(list)
        : ofNames(row.names(column), row);
  }

  private BitSet ofNames(List<String> names, DataRow row) {
    BitSet set = new BitSet();
    for (String name : names) {
      int id = labels.id(name, row.where());
      if (id >= 0 && set.get(id)) {
        throw fault("the label \"" + labels.names().get(id) + "\" stands twice in the row", row);
      }
      if (id >= 0) {
        set.set(id);
      }
    }
    return set;
  }

  /** Whether a list has a 0 or 1 for each label, and no labels' numbers. */
  private boolean isOneForEach(List<?> list, DataRow row) {
    int count = labels.names().size();
    if (list.size() != count || !list.stream().allMatch(one -> whole(one) >= 0)) {
      return false;
    }
    boolean isNumbers = list.stream().allMatch(Long.class::isInstance);
    boolean isLabels = isNumbers && list.stream().distinct().count() == count;
    if (isLabels && count > 1) {
      throw fault(
          "the list " + list + " may be the numbers of both labels, or say which of them is right",
          row);
    }
    return !isLabels;
  }

  private static BitSet ofNumbers(List<?> list) {
    BitSet set = new BitSet();
    for (int i = 0; i < list.size(); i++) {
      set.set(i, whole(list.get(i)) == 1);
    }
    return set;
  }

  private BitSet ofColumns(DataRow row) {
    BitSet set = new BitSet();
    for (String column : columns) {
      int id = labels.id(column, row.where());
      int is = whole(row.values().get(column));
      if (is < 0) {
        throw new InvalidInputException(
            "column \""
                + column
                + "\" is \""
                + row.values().get(column)
                + "\", where 0 or 1 says"
                + " whether the label is right",
            row.where(),
            "mend the row, or name one column with the labels' names");
      }
      if (id >= 0) {
        set.set(id, is == 1);
      }
    }
    return set;
  }

  /** 0 or 1; −1 of what is neither. */
  private static int whole(@Nullable Object cell) {
    return switch (String.valueOf(cell).strip().toLowerCase(Locale.ROOT)) {
      case "0", "0.0", "false" -> 0;
      case "1", "1.0", "true" -> 1;
      default -> -1;
    };
  }

  private static InvalidInputException fault(String what, DataRow row) {
    return new InvalidInputException(what, row.where(), "write the names of the labels");
  }
}
