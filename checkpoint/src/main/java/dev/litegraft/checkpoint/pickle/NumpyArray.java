package dev.litegraft.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An array of numpy's: numbers, or values of another kind.
 *
 * @param shape elements of each dimension
 * @param numbers row-major; empty where the elements are no numbers
 * @param values the elements where they are texts or objects; whole numbers are Long
 */
record NumpyArray(int[] shape, double[] numbers, List<Object> values) {
  private static final int MAX_RANK = 4;
  private static final Charset UTF_32 = Charset.forName("UTF-32LE");

  /**
   * How one element is stored.
   *
   * @param kind numpy's letter: {@code f}, {@code i}, {@code u}, {@code b}, {@code U}, {@code O}
   */
  record Element(char kind, int bytes, boolean big) {
    /** {@code dtype("f8", False, True)} with the state {@code (3, "<", …)}. */
    static Element of(Object dtype, PickleInput in) {
      if (dtype instanceof PickleCall call
          && call.name().full().equals("numpy.dtype")
          && call.arguments().size() > 0
          && call.arguments().at(0) instanceof String code
          && code.matches("[fiubUO][0-9]{1,6}")) {
        int count = Integer.parseInt(code.substring(1));
        boolean big =
            call.state() instanceof PickleTuple state
                && state.size() > 1
                && state.at(1).equals(">");
        return new Element(code.charAt(0), code.charAt(0) == 'U' ? 4 * count : count, big);
      }
      throw in.invalid("an array of numpy's is of a type that a classifier does not have");
    }
  }

  static int[] shape(Object value, PickleInput in) {
    List<Object> dims = value instanceof PickleTuple tuple ? tuple.items() : List.of();
    if (dims.size() > MAX_RANK || !(value instanceof PickleTuple)) {
      throw in.invalid(
          "an array of numpy's has no shape, or more than " + MAX_RANK + " dimensions");
    }
    int[] shape = new int[dims.size()];
    for (int i = 0; i < shape.length; i++) {
      if (!(dims.get(i) instanceof Long dim) || dim < 0 || dim > PickleInput.MAX_MEMORY) {
        throw in.invalid("a dimension of an array of numpy's is no number from 0 on");
      }
      shape[i] = dim.intValue();
    }
    return shape;
  }

  /** How many elements a shape has, of which each takes {@code bytes}. */
  private static int count(int[] shape, int bytes, PickleInput in) {
    long count = 1;
    for (int dim : shape) {
      count *= dim;
      if (count * Math.max(bytes, 8) > PickleInput.MAX_MEMORY) {
        throw in.invalid("an array of numpy's is larger than a classifier's");
      }
    }
    return (int) count;
  }

  /** Reads elements that stand in the file as they were in memory. */
  static NumpyArray read(int[] shape, Element element, boolean columnsFirst, PickleInput in)
      throws IOException {
    int count = count(shape, element.bytes(), in);
    ByteBuffer bytes = ByteBuffer.wrap(in.bytes(count * element.bytes()));
    bytes.order(element.big() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    if (element.kind() == 'U') {
      return new NumpyArray(shape, new double[0], texts(bytes.array(), count, element, in));
    }
    in.charge(8L * count);
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = number(bytes, element, in);
    }
    return new NumpyArray(
        shape, columnsFirst && shape.length == 2 ? rowsFirst(numbers, shape) : numbers, List.of());
  }

  private static double number(ByteBuffer bytes, Element element, PickleInput in) {
    return switch (element.kind() + String.valueOf(element.bytes())) {
      case "f8" -> bytes.getDouble();
      case "f4" -> bytes.getFloat();
      case "i8" -> bytes.getLong();
      case "i4" -> bytes.getInt();
      case "i2" -> bytes.getShort();
      case "i1", "b1" -> bytes.get();
      case "u1" -> bytes.get() & 0xff;
      case "u4" -> Integer.toUnsignedLong(bytes.getInt());
      default ->
          throw in.invalid(
              String.format(
                  Locale.ROOT, "an array has numbers %s%d", element.kind(), element.bytes()));
    };
  }

  private static double[] rowsFirst(double[] columns, int[] shape) {
    double[] rows = new double[columns.length];
    for (int i = 0; i < columns.length; i++) {
      rows[i % shape[0] * shape[1] + i / shape[0]] = columns[i];
    }
    return rows;
  }

  private static List<Object> texts(byte[] bytes, int count, Element element, PickleInput in) {
    if (element.big() || element.bytes() == 0) {
      throw in.invalid("an array of texts is empty, or big-endian");
    }
    List<Object> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text = new String(bytes, i * element.bytes(), element.bytes(), UTF_32);
      in.charge(64L + 2L * text.length());
      texts.add(text.replaceFirst("\0+$", ""));
    }
    return texts;
  }

  /**
   * An array of objects: {@code _reconstruct} with the state {@code (1, shape, dtype, F, list)}.
   */
  static NumpyArray ofObjects(Object pickled, PickleInput in) {
    if (pickled instanceof PickleCall call
        && call.state() instanceof PickleTuple state
        && state.size() == 5
        && state.at(4) instanceof List<?> list) {
      int[] shape = shape(state.at(1), in);
      if (shape.length == 1 && shape[0] == list.size()) {
        return new NumpyArray(shape, new double[0], new ArrayList<>(list));
      }
    }
    throw in.invalid("an array of objects is no list of them");
  }

  /** The elements, whichever they are. */
  List<Object> elements() {
    if (!values.isEmpty()) {
      return values;
    }
    List<Object> all = new ArrayList<>();
    for (double number : numbers) {
      all.add(number == Math.rint(number) ? (Object) (long) number : number);
    }
    return all;
  }
}
