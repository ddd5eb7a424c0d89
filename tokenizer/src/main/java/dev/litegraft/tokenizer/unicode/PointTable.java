package dev.litegraft.tokenizer.unicode;

import java.util.HashMap;
import java.util.Map;

/**
 * A number of 16 bits for every code point, in two steps: blocks of 128 code points, of which equal
 * ones are held once.
 */
final class PointTable {
  private static final int SHIFT = 7;
  private static final int BLOCK = 1 << SHIFT;
  private static final int POINTS = 0x110000;

  private final char[] blocks; // number of the block of code point >> 7
  private final char[] values;

  private PointTable(char[] blocks, char[] values) {
    this.blocks = blocks;
    this.values = values;
  }

  /** The number of a code point, which must be from 0 to 10FFFF. */
  int at(int point) {
    return values[blocks[point >>> SHIFT] << SHIFT | (point & BLOCK - 1)];
  }

  /** Gathers the numbers of a table; those not set are 0. */
  static final class Builder {
    private final char[][] blocks = new char[POINTS >> SHIFT][];

    /** Adds bits to each code point of ranges, a list of first and last. */
    Builder set(int[] ranges, int bits) {
      for (int i = 0; i < ranges.length; i += 2) {
        int c = ranges[i];
        while (c <= ranges[i + 1]) {
          char[] block = block(c);
          int end = Math.min(ranges[i + 1], c | (BLOCK - 1)) - c;
          for (int at = c & (BLOCK - 1), last = at + end; at <= last; at++) {
            block[at] |= (char) bits;
          }
          c += end + 1;
        }
      }
      return this;
    }

    /** Sets the value at every change, a list of code point and value from there on. */
    Builder changes(int[] changes) {
      for (int i = 0; i < changes.length; i += 2) {
        int to = i + 2 < changes.length ? changes[i + 2] : POINTS;
        for (int c = changes[i]; c < to && changes[i + 1] != 0; c++) {
          put(c, changes[i + 1]);
        }
      }
      return this;
    }

    /** Sets one value. */
    Builder put(int point, int value) {
      block(point)[point & BLOCK - 1] = (char) value;
      return this;
    }

    /** Adds bits to one value. */
    Builder add(int point, int bits) {
      block(point)[point & BLOCK - 1] |= (char) bits;
      return this;
    }

    /** The value set so far. */
    int at(int point) {
      char[] block = blocks[point >>> SHIFT];
      return block == null ? 0 : block[point & BLOCK - 1];
    }

    private char[] block(int point) {
      char[] block = blocks[point >>> SHIFT];
      if (block == null) {
        block = new char[BLOCK];
        blocks[point >>> SHIFT] = block;
      }
      return block;
    }

    PointTable build() {
      char[] numbers = new char[blocks.length];
      Map<String, Integer> known = new HashMap<>();
      StringBuilder distinct = new StringBuilder();
      distinct.append(new char[BLOCK]); // block 0 holds the zeros
      for (int i = 0; i < blocks.length; i++) {
        if (blocks[i] != null) {
          String content = new String(blocks[i]);
          Integer number = known.get(content);
          if (number == null) {
            number = known.size() + 1;
            known.put(content, number);
            distinct.append(content);
          }
          numbers[i] = (char) (int) number;
        }
      }
      char[] values = new char[distinct.length()];
      distinct.getChars(0, values.length, values, 0);
      return new PointTable(numbers, values);
    }
  }
}
