package dev.litegraft.tokenizer;

import java.util.Arrays;

/**
 * Words by their code points, to find all that begin at a place in one walk. The steps from node to
 * node stand in one open hash table: 12 bytes each, and a node is four bytes.
 */
final class Trie {
  /** The node where every walk begins. */
  static final int ROOT = 0;

  /** No node, or no value. */
  static final int NONE = -1;

  private long[] keys = new long[256]; // (node << 21 | point) + 1, or 0
  private int[] children = new int[256];
  private int[] values = new int[64];
  private int nodes = 1;
  private int steps;

  Trie() {
    values[ROOT] = NONE;
  }

  /** Makes room for so many nodes. */
  void expect(int count) {
    if (count > values.length) {
      values = Arrays.copyOf(values, count);
    }
    int slots = Integer.highestOneBit(Math.max(64, count)) * 2;
    if (slots > keys.length) {
      rehash(slots);
    }
  }

  /** Adds a word or gives it another value. */
  void put(int[] points, int from, int to, int value) {
    int node = ROOT;
    for (int i = from; i < to; i++) {
      node = childOrNew(node, points[i]);
    }
    values[node] = value;
  }

  /** Adds a word of UTF-8 or gives it another value. */
  void put(byte[] bytes, int from, int to, int value) {
    int node = ROOT;
    for (int i = from; i < to; i += Utf8.lengthOf(bytes[i])) {
      node = childOrNew(node, Utf8.at(bytes, i));
    }
    values[node] = value;
  }

  private int childOrNew(int node, int point) {
    long key = (((long) node << 21) | point) + 1;
    int slot = slot(key);
    while (keys[slot] != 0) {
      if (keys[slot] == key) {
        return children[slot];
      }
      slot = (slot + 1) & (keys.length - 1);
    }
    keys[slot] = key;
    children[slot] = nodes;
    if (nodes == values.length) {
      values = Arrays.copyOf(values, nodes * 2);
    }
    values[nodes] = NONE;
    if (++steps * 2L > keys.length) {
      rehash(keys.length * 2);
    }
    return nodes++;
  }

  private void rehash(int slots) {
    long[] oldKeys = keys;
    int[] oldChildren = children;
    keys = new long[slots];
    children = new int[slots];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != 0) {
        int slot = slot(oldKeys[i]);
        while (keys[slot] != 0) {
          slot = (slot + 1) & (slots - 1);
        }
        keys[slot] = oldKeys[i];
        children[slot] = oldChildren[i];
      }
    }
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    return (int) ((mixed >>> 32) ^ (mixed >>> 52)) & (keys.length - 1);
  }

  /** The node one code point further, or {@link #NONE}. */
  int child(int node, int point) {
    long key = (((long) node << 21) | point) + 1;
    long[] keys = this.keys;
    int mask = keys.length - 1;
    int slot = slot(key);
    long found;
    while ((found = keys[slot]) != 0) {
      if (found == key) {
        return children[slot];
      }
      slot = (slot + 1) & mask;
    }
    return NONE;
  }

  /** The value of a node, or {@link #NONE}. */
  int value(int node) {
    return values[node];
  }

  /** The value of a word, or {@link #NONE}. */
  int get(int[] points, int from, int to) {
    int node = ROOT;
    for (int i = from; i < to && node != NONE; i++) {
      node = child(node, points[i]);
    }
    return node == NONE ? NONE : values[node];
  }

  /** Whether there is no word. */
  boolean isEmpty() {
    return nodes == 1 && values[ROOT] == NONE;
  }

  /** Frees the room that was not needed. */
  void freeze() {
    values = Arrays.copyOf(values, nodes);
  }
}
