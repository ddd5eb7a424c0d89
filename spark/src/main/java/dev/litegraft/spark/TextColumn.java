package dev.litegraft.spark;

import dev.litegraft.error.InvalidRequestException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where the texts of a table are: a column, or a field of a column that is a struct, as {@code
 * review.text}.
 *
 * @param name as the user calls it, for errors
 * @param path the index of the column, and of the field in each struct
 */
record TextColumn(String name, List<Integer> path) implements Serializable {
  /**
   * Finds it. A column whose name has a dot in it comes before a field.
   *
   * @param uid of the stage that asks, for errors
   * @throws InvalidRequestException if there is none, or are several, or it has no strings
   */
  static TextColumn of(StructType schema, String name, Names names, String uid) {
    String where = uid + ", inputCol";
    List<Integer> path = new ArrayList<>();
    StructType within = schema;
    String rest = name;
    StructField found = null;
    while (found == null) {
      int[] whole = places(within, rest, names);
      int dot = rest.indexOf('.');
      String part = whole.length == 0 && dot > 0 ? rest.substring(0, dot) : rest;
      int index = only(places(within, part, names), within, name, where);
      StructField field = within.fields()[index];
      path.add(index);
      if (part.equals(rest)) {
        found = field;
      } else if (field.dataType() instanceof StructType struct) {
        within = struct;
        rest = rest.substring(dot + 1);
      } else {
        throw notThere(schema, name, where);
      }
    }
    if (!(found.dataType() instanceof StringType)) { // Of any collation.
      throw new InvalidRequestException(
          "column \""
              + name
              + "\" is "
              + found.dataType().simpleString()
              + ", and texts are string",
          where,
          found.dataType() instanceof StructType struct
              ? "name a field of it: " + name + "." + String.join(", ", struct.fieldNames())
              : "cast it: cast(" + name + " as string)");
    }
    return new TextColumn(name, List.copyOf(path));
  }

  private static int[] places(StructType schema, String name, Names names) {
    String[] there = schema.fieldNames();
    return IntStream.range(0, there.length).filter(i -> names.same(there[i], name)).toArray();
  }

  private static int only(int[] found, StructType schema, String name, String where) {
    if (found.length == 0) {
      throw notThere(schema, name, where);
    }
    if (found.length > 1) {
      throw new InvalidRequestException(
          "there are "
              + found.length
              + " columns \""
              + name
              + "\"; there are "
              + String.join(", ", schema.fieldNames()),
          where,
          "rename or drop the others");
    }
    return found[0];
  }

  private static InvalidRequestException notThere(StructType schema, String name, String where) {
    return new InvalidRequestException(
        "there is no column \"" + name + "\"; there are " + String.join(", ", schema.fieldNames()),
        where,
        "set inputCol to the column of the texts");
  }

  /** The text of a row; null where it, or a struct around it, is null. */
  @Nullable String of(Row row) {
    Row within = row;
    int last = path.size() - 1;
    for (int i : path.subList(0, last)) {
      if (within.isNullAt(i)) {
        return null;
      }
      within = within.getStruct(i);
    }
    return within.isNullAt(path.get(last)) ? null : within.getString(path.get(last));
  }
}
