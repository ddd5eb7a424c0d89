package dev.litegraft.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The places of a whole {@code .tflite} or {@code .litertlm} where a number means something, by
 * what it means. Found by walking the tables from the root; nothing here is careful, so the file
 * must be a good one.
 */
final class Places {
  /** What a number is. */
  enum Kind {
    /** A slot of a vtable, u16: 0 leaves the field out. */
    SLOT,
    /** The length of a vector, u32. */
    LENGTH,
    /** A dimension of a shape. */
    DIMENSION,
    /** An index of a tensor. */
    TENSOR,
    /** An index of a buffer, a code or a subgraph. */
    INDEX,
    /** A builtin operator's code, or its version. */
    CODE,
    /** A byte that chooses: a type, a kind of options. */
    CHOICE,
    /** A field of an operator's options. */
    OPTION,
    /** A scale or zero point. */
    SCALE,
    /** A whole number of a small constant. */
    CONSTANT,
    /** A distance to a table or vector. */
    DISTANCE,
    /** Of a bundle: where its parts stand and what they are, and what is no model. */
    PART
  }

  /** Where, and how many bytes. */
  record Place(int position, int width) {}

  private static final int SMALL_CONSTANT = 64;

  /** "LITERTLM", and "TFL3" after the first four bytes of a model. */
  private static final long BUNDLE = 0x4d4c54524554494cL;

  private static final int TFLITE = 0x334c4654;
  private static final int HEADER_END = 24;
  private static final int PART = 16_384;

  private final ByteBuffer file;
  private final Map<Kind, List<Place>> found = new EnumMap<>(Kind.class);
  private final Set<Integer> seen = new HashSet<>();

  private Places(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static Map<Kind, List<Place>> of(byte[] bytes) {
    Places places = new Places(bytes);
    if (places.file.getLong(0) == BUNDLE) {
      places.bundle(bytes);
    } else {
      places.model(places.file.getInt(0));
    }
    return places.found;
  }

  /** A bundle's header, its models, and the first bytes of what else it has. */
  private void bundle(byte[] bytes) {
    List<Place> parts = new ArrayList<>();
    for (int at = Long.BYTES; at < file.getLong(HEADER_END); at += Integer.BYTES) {
      parts.add(new Place(at, at == HEADER_END ? Long.BYTES : Integer.BYTES));
    }
    for (int at = PART; at < bytes.length; at += PART) {
      int begin = at;
      if (file.getInt(at + Integer.BYTES) == TFLITE) {
        of(Arrays.copyOfRange(bytes, at, bytes.length))
            .forEach(
                (kind, list) -> {
                  List<Place> all = found.computeIfAbsent(kind, k -> new ArrayList<>());
                  list.forEach(one -> all.add(new Place(begin + one.position(), one.width())));
                });
      } else if (file.getLong(at) != 0) {
        for (int k = 0; k < SMALL_CONSTANT; k++) {
          parts.add(new Place(at + k, 1));
        }
      }
    }
    found.put(Kind.PART, parts);
  }

  private void add(Kind kind, int position, int width) {
    found.computeIfAbsent(kind, k -> new ArrayList<>()).add(new Place(position, width));
  }

  private void model(int model) {
    table(model);
    each(model, 1, this::code);
    each(model, 2, this::subgraph);
    each(model, 4, this::buffer);
    each(model, 6, entry -> field(entry, 1, Kind.INDEX, 4));
    each(model, 7, this::signature);
  }

  private void code(int code) {
    field(code, 0, Kind.CODE, 1);
    field(code, 2, Kind.CODE, 4);
    field(code, 3, Kind.CODE, 4);
  }

  private void subgraph(int subgraph) {
    each(subgraph, 0, this::tensor);
    numbers(subgraph, 1, Kind.TENSOR);
    numbers(subgraph, 2, Kind.TENSOR);
    each(subgraph, 3, this::operator);
  }

  private void tensor(int tensor) {
    numbers(tensor, 0, Kind.DIMENSION);
    numbers(tensor, 7, Kind.DIMENSION);
    field(tensor, 1, Kind.CHOICE, 1);
    field(tensor, 2, Kind.INDEX, 4);
    field(tensor, 5, Kind.CHOICE, 1);
    int quantization = target(tensor, 4);
    if (quantization > 0 && seen.add(quantization)) {
      table(quantization);
      field(quantization, 4, Kind.CHOICE, 1);
      field(quantization, 6, Kind.INDEX, 4);
      few(quantization, 2, 4);
      few(quantization, 3, 8);
    }
  }

  private void few(int table, int slot, int width) {
    int vector = target(table, slot);
    if (vector > 0) {
      add(Kind.LENGTH, vector, 4);
      for (int i = 0; i < Math.min(4, file.getInt(vector)); i++) {
        add(Kind.SCALE, vector + 4 + i * width, width);
      }
    }
  }

  private void operator(int operator) {
    field(operator, 0, Kind.INDEX, 4);
    numbers(operator, 1, Kind.TENSOR);
    numbers(operator, 2, Kind.TENSOR);
    field(operator, 3, Kind.CHOICE, 1);
    int options = target(operator, 4);
    if (options > 0 && seen.add(options)) {
      table(options);
      int vtable = options - file.getInt(options);
      int bytes = file.getShort(vtable + 2);
      for (int at = 4; at < bytes; at++) {
        add(Kind.OPTION, options + at, 1);
      }
      for (int at = 4; at + 4 <= bytes; at += 4) {
        add(Kind.OPTION, options + at, 4);
      }
    }
  }

  private void buffer(int buffer) {
    int data = target(buffer, 0);
    if (data > 0) {
      add(Kind.LENGTH, data, 4);
      int length = file.getInt(data);
      for (int at = 0; length <= SMALL_CONSTANT && at + 4 <= length; at += 4) {
        add(Kind.CONSTANT, data + 4 + at, 4);
      }
    }
  }

  private void signature(int signature) {
    for (int slot = 0; slot < 2; slot++) {
      each(signature, slot, map -> field(map, 1, Kind.TENSOR, 4));
    }
    field(signature, 4, Kind.INDEX, 4);
  }

  private void table(int table) {
    int vtable = table - file.getInt(table);
    for (int at = 4; at < file.getShort(vtable); at += 2) {
      add(Kind.SLOT, vtable + at, 2);
    }
  }

  private int at(int table, int slot) {
    int vtable = table - file.getInt(table);
    int place = 4 + 2 * slot;
    int offset = place < file.getShort(vtable) ? file.getShort(vtable + place) : 0;
    return offset == 0 ? -1 : table + offset;
  }

  private int target(int table, int slot) {
    int at = at(table, slot);
    if (at < 0) {
      return -1;
    }
    add(Kind.DISTANCE, at, 4);
    return at + file.getInt(at);
  }

  private void field(int table, int slot, Kind kind, int width) {
    int at = at(table, slot);
    if (at >= 0) {
      add(kind, at, width);
    }
  }

  private void numbers(int table, int slot, Kind kind) {
    int vector = target(table, slot);
    if (vector > 0) {
      add(Kind.LENGTH, vector, 4);
      for (int i = 0; i < file.getInt(vector); i++) {
        add(kind, vector + 4 + 4 * i, 4);
      }
    }
  }

  private interface Visit {
    void at(int table);
  }

  private void each(int table, int slot, Visit visit) {
    int vector = target(table, slot);
    if (vector <= 0) {
      return;
    }
    add(Kind.LENGTH, vector, 4);
    for (int i = 0; i < file.getInt(vector); i++) {
      int at = vector + 4 + 4 * i;
      add(Kind.DISTANCE, at, 4);
      table(at + file.getInt(at));
      visit.at(at + file.getInt(at));
    }
  }
}
