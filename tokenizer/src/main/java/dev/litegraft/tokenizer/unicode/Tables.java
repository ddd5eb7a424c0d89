package dev.litegraft.tokenizer.unicode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The file of all tables, {@code tables.bin}, made by {@code TablesGenerator} in the module's
 * tests.
 *
 * <p>The file is a row of variable-length numbers (seven bits a byte, the lowest first, the eighth
 * bit says that more follow): how many sections there are; for each the length of its name, the
 * name in UTF-8 and its length in bytes; then the sections' bytes one behind the other. A section
 * is a number k from 1 to 4 and then its own numbers, each written as the difference to the one k
 * places before it (0 for the first k) with the sign in the lowest bit: k is 2 for a list of pairs.
 */
final class Tables {
  private static final String FILE = "tables.bin";
  private static final Tables TABLES = read();

  private final byte[] bytes;
  private final Map<String, int[]> places = new HashMap<>(); // name -> {from, to}
  private int at;

  private Tables(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The numbers of a section. */
  static int[] section(String name) {
    int[] place = TABLES.places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("no table " + name + " in " + FILE);
    }
    return numbers(TABLES.bytes, place[0], place[1]);
  }

  private static Tables read() {
    try (InputStream in = Tables.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing beside " + Tables.class.getName());
      }
      Tables tables = new Tables(in.readAllBytes());
      tables.readPlaces();
      return tables;
    } catch (IOException e) {
      throw new IllegalStateException(FILE + " cannot be read", e);
    }
  }

  private void readPlaces() {
    int count = number();
    String[] names = new String[count];
    int[] lengths = new int[count];
    for (int i = 0; i < count; i++) {
      int length = number();
      names[i] = new String(bytes, at, length, StandardCharsets.UTF_8);
      at += length;
      lengths[i] = number();
    }
    for (int i = 0; i < count; i++) {
      places.put(names[i], new int[] {at, at + lengths[i]});
      at += lengths[i];
    }
  }

  private int number() {
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = bytes[at++];
      number |= (b & 127) << shift;
      if (b >= 0) {
        return number;
      }
    }
  }

  private static int[] numbers(byte[] bytes, int from, int to) {
    int count = 0;
    for (int i = from + 1; i < to; i++) {
      count += bytes[i] >= 0 ? 1 : 0;
    }
    int[] numbers = new int[count];
    int step = bytes[from];
    int at = from + 1;
    for (int i = 0; i < count; i++) {
      int coded = 0;
      byte b;
      int shift = 0;
      do {
        b = bytes[at++];
        coded |= (b & 127) << shift;
        shift += 7;
      } while (b < 0);
      numbers[i] = (i < step ? 0 : numbers[i - step]) + (coded >>> 1 ^ -(coded & 1));
    }
    return numbers;
  }
}
