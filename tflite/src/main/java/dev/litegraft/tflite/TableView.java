package dev.litegraft.tflite;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of an untrusted FlatBuffer. Every offset is checked before it is followed; an absent
 * field is its default.
 *
 * @param file where it stands
 * @param position of the table
 * @param vtable position of its vtable
 * @param slots fields that the vtable knows
 * @param bytes of the table
 */
record TableView(FileWindow file, long position, long vtable, int slots, int bytes) {
  /** A vector: where its first element is, and how many there are. */
  record Vector(long position, int count) {}

  private static final int HEADER = 4;

  /** About what the objects that a table becomes weigh. */
  private static final int COST = 64;

  static TableView at(FileWindow file, long position) throws IOException {
    file.spend(COST, position);
    long vtable = position - file.i32(position);
    file.require("a vtable", vtable, HEADER);
    int vtableBytes = file.u16(vtable);
    int bytes = file.u16(vtable + 2);
    if (vtableBytes < HEADER || vtableBytes % 2 != 0) {
      throw file.fault("a vtable has " + vtableBytes + " bytes", vtable);
    }
    file.require("a vtable", vtable, vtableBytes);
    file.require("a table", position, bytes);
    return new TableView(file, position, vtable, (vtableBytes - HEADER) / 2, bytes);
  }

  /** The position of a field of {@code width} bytes; -1 if it is absent. */
  private long field(int slot, int width) throws IOException {
    int offset = slot < slots ? file.u16(vtable + HEADER + 2L * slot) : 0;
    if (offset == 0) {
      return -1;
    }
    if (offset < HEADER || offset + width > bytes) {
      throw file.fault(
          "field " + slot + " is at " + offset + " of a table of " + bytes + " bytes", position);
    }
    return position + offset;
  }

  boolean has(int slot) throws IOException {
    return field(slot, 1) >= 0;
  }

  boolean flag(int slot) throws IOException {
    return u8(slot) != 0;
  }

  int u8(int slot) throws IOException {
    long field = field(slot, 1);
    return field < 0 ? 0 : file.u8(field);
  }

  int i32(int slot, int absent) throws IOException {
    long field = field(slot, Integer.BYTES);
    return field < 0 ? absent : file.i32(field);
  }

  long i64(int slot) throws IOException {
    long field = field(slot, Long.BYTES);
    return field < 0 ? 0 : file.i64(field);
  }

  float f32(int slot) throws IOException {
    long field = field(slot, Float.BYTES);
    return field < 0 ? 0 : file.f32(field);
  }

  /** An index below {@code count}; the default is 0. */
  int index(String what, int slot, int count) throws IOException {
    int index = i32(slot, 0);
    if (index < 0 || index >= count) {
      throw file.fault(
          what + " " + Integer.toUnsignedString(index) + " is not one of " + count, position);
    }
    return index;
  }

  private long target(long field) throws IOException {
    long distance = file.u32(field);
    if (distance == 0) {
      throw file.fault("a distance is 0", field);
    }
    return field + distance;
  }

  Optional<TableView> table(int slot) throws IOException {
    long field = field(slot, Integer.BYTES);
    return field < 0 ? Optional.empty() : Optional.of(at(file, target(field)));
  }

  /** A vector of elements of {@code width} bytes; an absent one is empty. */
  Vector vector(String what, int slot, int width) throws IOException {
    long field = field(slot, Integer.BYTES);
    if (field < 0) {
      return new Vector(0, 0);
    }
    long begin = target(field);
    long count = file.u32(begin);
    file.require(what, begin + Integer.BYTES, count * width);
    if (count > Integer.MAX_VALUE) {
      throw file.fault(what + " has " + count + " elements", begin);
    }
    return new Vector(begin + Integer.BYTES, (int) count);
  }

  List<TableView> tables(String what, int slot) throws IOException {
    Vector vector = vector(what, slot, Integer.BYTES);
    file.spend(Integer.BYTES * (long) vector.count(), vector.position());
    List<TableView> tables = new ArrayList<>();
    for (int i = 0; i < vector.count(); i++) {
      tables.add(at(file, target(vector.position() + (long) Integer.BYTES * i)));
    }
    return tables;
  }

  List<Integer> ints(String what, int slot) throws IOException {
    Vector vector = vector(what, slot, Integer.BYTES);
    file.spend(4L * Integer.BYTES * vector.count(), vector.position());
    List<Integer> ints = new ArrayList<>();
    for (int i = 0; i < vector.count(); i++) {
      ints.add(file.i32(vector.position() + (long) Integer.BYTES * i));
    }
    return ints;
  }

  /** A text; an absent one is empty. */
  String text(String what, int slot) throws IOException {
    Vector vector = vector(what, slot, 1);
    file.spend(vector.count(), vector.position());
    return vector.count() == 0 ? "" : file.text(vector.position(), vector.count());
  }

  /** A text that native code reads as well, where it would end at a NUL. */
  String name(String what, int slot) throws IOException {
    String name = text(what, slot);
    if (name.indexOf('\0') >= 0) {
      throw file.fault(what + " holds a NUL, where it would end for others: " + name, position);
    }
    return name;
  }
}
