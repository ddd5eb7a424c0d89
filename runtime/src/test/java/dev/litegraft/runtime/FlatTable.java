package dev.litegraft.runtime;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A FlatBuffer's table that is put together freely, by slots, and may be changed before it is
 * written: whatever it says, it is encoded well.
 */
final class FlatTable {
  private final Map<Integer, Object> fields = new TreeMap<>();

  /**
   * Sets a field.
   *
   * @param value a number of the field's width, a Boolean, a String, a byte[] (aligned to 16), an
   *     int[], float[] or long[], a table, or a list of tables
   */
  FlatTable set(int slot, Object value) {
    fields.put(slot, value);
    return this;
  }

  FlatTable without(int slot) {
    fields.remove(slot);
    return this;
  }

  FlatTable table(int slot) {
    return (FlatTable) Objects.requireNonNull(fields.get(slot));
  }

  /** The tables of a field, which may be changed. */
  List<FlatTable> tables(int slot) {
    List<FlatTable> tables = new ArrayList<>();
    for (Object table : (List<?>) Objects.requireNonNull(fields.get(slot))) {
      tables.add((FlatTable) table);
    }
    fields.put(slot, tables);
    return tables;
  }

  byte[] file(String identifier) {
    FlatBufferBuilder out = new FlatBufferBuilder(1 << 12);
    out.finish(encode(out, new IdentityHashMap<>()), identifier);
    return out.sizedByteArray();
  }

  /** A table that stands in several places is written once. */
  private int encode(FlatBufferBuilder out, Map<FlatTable, Integer> known) {
    Integer before = known.get(this);
    if (before != null) {
      return before;
    }
    Map<Integer, Integer> offsets = new TreeMap<>();
    fields.forEach(
        (slot, value) -> {
          int offset = offset(out, value, known);
          if (offset != 0) {
            offsets.put(slot, offset);
          }
        });
    out.startTable(fields.isEmpty() ? 0 : ((TreeMap<Integer, Object>) fields).lastKey() + 1);
    out.forceDefaults(true);
    fields.forEach(
        (slot, value) -> {
          if (value instanceof Byte b) {
            out.addByte(slot, b, 0);
          } else if (value instanceof Boolean b) {
            out.addBoolean(slot, b, false);
          } else if (value instanceof Integer i) {
            out.addInt(slot, i, 0);
          } else if (value instanceof Long l) {
            out.addLong(slot, l, 0);
          } else if (value instanceof Float f) {
            out.addFloat(slot, f, 0);
          } else {
            out.addOffset(slot, offsets.getOrDefault(slot, 0), 0);
          }
        });
    int table = out.endTable();
    known.put(this, table);
    return table;
  }

  /** 0 for a number, which stands in the table itself. */
  private static int offset(FlatBufferBuilder out, Object value, Map<FlatTable, Integer> known) {
    if (value instanceof String text) {
      return out.createString(text);
    }
    if (value instanceof FlatTable table) {
      return table.encode(out, known);
    }
    if (value instanceof List<?> list) {
      return out.createVectorOfTables(
          list.stream().mapToInt(table -> ((FlatTable) table).encode(out, known)).toArray());
    }
    if (value instanceof byte[] bytes) {
      out.createUnintializedVector(1, bytes.length, 16).put(bytes);
      return out.endVector();
    }
    if (value instanceof int[] ints) {
      out.startVector(Integer.BYTES, ints.length, Integer.BYTES);
      for (int i = ints.length - 1; i >= 0; i--) {
        out.addInt(ints[i]);
      }
      return out.endVector();
    }
    if (value instanceof float[] floats) {
      out.startVector(Float.BYTES, floats.length, Float.BYTES);
      for (int i = floats.length - 1; i >= 0; i--) {
        out.addFloat(floats[i]);
      }
      return out.endVector();
    }
    if (value instanceof long[] longs) {
      out.startVector(Long.BYTES, longs.length, Long.BYTES);
      for (int i = longs.length - 1; i >= 0; i--) {
        out.addLong(longs[i]);
      }
      return out.endVector();
    }
    return 0;
  }
}
