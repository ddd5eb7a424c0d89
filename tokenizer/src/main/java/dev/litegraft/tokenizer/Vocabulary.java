package dev.litegraft.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Tokens and their ids: every token once, as UTF-8 in one array, found by a hash of its code
 * points. About 20 bytes a token beside its text.
 *
 * <p>Filled by {@link #put}, then closed by {@link #freeze}; immutable from there on.
 */
final class Vocabulary {
  /** No id, or no entry. */
  static final int NONE = -1;

  private static final int SEED = 0x811C9DC5;

  /** What a token's text takes, about. */
  private static final int BYTES_OF_A_TOKEN = 8;

  private byte[] pool = new byte[1024];
  private int[] starts = new int[65]; // [entry]: its first byte in pool; one more for the end
  private int[] hashes = new int[64];
  private int[] ids = new int[64];
  private int[] table = new int[256]; // entry + 1, or 0
  private int size;
  private int maxId = NONE;

  private int @Nullable [] aliases; // further ids of entries: id, entry

  private int[] byId = {}; // entry + 1 of an id, where ids are dense
  private int[] sparse = {}; // else an open table of entry + 1

  /** Makes room for so many tokens. */
  void expect(int tokens) {
    if (tokens > ids.length) {
      grow(tokens);
      pool = Arrays.copyOf(pool, Math.max(pool.length, tokens * BYTES_OF_A_TOKEN));
    }
  }

  /** How many tokens there are. */
  int size() {
    return size;
  }

  /** The greatest id, or {@link #NONE}. */
  int maxId() {
    return maxId;
  }

  /** Adds a token, or gives it another id; its entry. */
  int put(byte[] bytes, int from, int to, int id) {
    int hash = SEED;
    for (int i = from; i < to; i += Utf8.lengthOf(bytes[i])) {
      hash = mixed(hash, Utf8.at(bytes, i));
    }
    int slot = slot(hash);
    for (int entry; (entry = table[slot] - 1) >= 0; slot = (slot + 1) & (table.length - 1)) {
      if (hashes[entry] == hash
          && Arrays.equals(pool, starts[entry], starts[entry + 1], bytes, from, to)) {
        if (aliases != null) {
          aliases = Arrays.copyOf(aliases, aliases.length + 2);
          aliases[aliases.length - 2] = ids[entry];
          aliases[aliases.length - 1] = entry;
        }
        ids[entry] = id;
        maxId = Math.max(maxId, id);
        return entry;
      }
    }
    if (size == ids.length) {
      grow(size * 2);
      slot = freeSlot(hash);
    }
    int length = to - from;
    int begin = starts[size];
    if (begin + length > pool.length) {
      pool = Arrays.copyOf(pool, Math.max(begin + length, pool.length + (pool.length >> 1)));
    }
    System.arraycopy(bytes, from, pool, begin, length);
    hashes[size] = hash;
    ids[size] = id;
    starts[size + 1] = begin + length;
    table[slot] = size + 1;
    maxId = Math.max(maxId, id);
    return size++;
  }

  /** From now on, the ids that an entry had before its last one lead to it, too. */
  void keepsIds() {
    aliases = new int[0];
  }

  private void grow(int tokens) {
    starts = Arrays.copyOf(starts, tokens + 1);
    hashes = Arrays.copyOf(hashes, tokens);
    ids = Arrays.copyOf(ids, tokens);
    int slots = Integer.highestOneBit(Math.max(128, tokens)) * 4;
    if (slots > table.length) {
      table = new int[slots];
      for (int entry = 0; entry < size; entry++) {
        table[freeSlot(hashes[entry])] = entry + 1;
      }
    }
  }

  private int freeSlot(int hash) {
    int slot = slot(hash);
    while (table[slot] != 0) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }

  /** Makes ids findable; nothing is added after it. */
  void freeze() {
    pool = Arrays.copyOf(pool, starts[size]);
    starts = Arrays.copyOf(starts, size + 1);
    hashes = Arrays.copyOf(hashes, size);
    ids = Arrays.copyOf(ids, size);
    if (maxId < 2L * size + 65_536) {
      byId = new int[maxId + 1];
      for (int i = 0; aliases != null && i < aliases.length; i += 2) {
        byId[aliases[i]] = aliases[i + 1] + 1;
      }
      for (int entry = 0; entry < size; entry++) {
        byId[ids[entry]] = entry + 1;
      }
      return;
    }
    sparse = new int[Integer.highestOneBit(Math.max(8, size)) * 4];
    for (int entry = 0; entry < size; entry++) {
      int slot = sparseSlot(ids[entry]);
      while (sparse[slot] != 0 && ids[sparse[slot] - 1] != ids[entry]) {
        slot = (slot + 1) & (sparse.length - 1);
      }
      sparse[slot] = entry + 1;
    }
  }

  private int sparseSlot(int id) {
    return (id * 0x9E3779B1) >>> Integer.numberOfLeadingZeros(sparse.length - 1);
  }

  /** The entry of an id, or {@link #NONE}. */
  int entryOf(int id) {
    if (sparse.length == 0) {
      return id >= 0 && id < byId.length ? byId[id] - 1 : NONE;
    }
    for (int slot = sparseSlot(id); sparse[slot] != 0; slot = (slot + 1) & (sparse.length - 1)) {
      if (ids[sparse[slot] - 1] == id) {
        return sparse[slot] - 1;
      }
    }
    return NONE;
  }

  /** The id of an entry. */
  int idOf(int entry) {
    return ids[entry];
  }

  /** The hash of nothing, to begin {@link #mixed} with. */
  static int seed() {
    return SEED;
  }

  /** The hash of what had {@code hash}, with one more code point. */
  static int mixed(int hash, int point) {
    return (hash ^ point) * 0x01000193 + (hash >>> 15);
  }

  private int slot(int hash) {
    return ((hash * 0x9E3779B1) >>> 7) & (table.length - 1);
  }

  /** The hash of a range of code points. */
  static int hash(int[] points, int from, int to) {
    int hash = SEED;
    for (int i = from; i < to; i++) {
      hash = mixed(hash, points[i]);
    }
    return hash;
  }

  /** The id of a range of code points, or {@link #NONE}. */
  int id(int[] points, int from, int to) {
    return id(points, from, to, hash(points, from, to));
  }

  /** The id of a range of code points whose hash is known, or {@link #NONE}. */
  int id(int[] points, int from, int to, int hash) {
    for (int slot = slot(hash); table[slot] != 0; slot = (slot + 1) & (table.length - 1)) {
      int entry = table[slot] - 1;
      if (hashes[entry] == hash && matches(entry, points, from, to)) {
        return ids[entry];
      }
    }
    return NONE;
  }

  private boolean matches(int entry, int[] points, int from, int to) {
    int at = starts[entry];
    int end = starts[entry + 1];
    for (int i = from; i < to; i++) {
      if (at >= end || Utf8.at(pool, at) != points[i]) {
        return false;
      }
      at += Utf8.lengthOf(pool[at]);
    }
    return at == end;
  }

  /** The id of a text, or {@link #NONE}. */
  int id(String text) {
    int[] points = text.codePoints().toArray();
    return id(points, 0, points.length);
  }

  /** The entry of UTF-8 bytes, or {@link #NONE}. */
  int entry(byte[] bytes, int from, int to) {
    int hash = SEED;
    for (int i = from; i < to; i += Utf8.lengthOf(bytes[i])) {
      hash = mixed(hash, Utf8.at(bytes, i));
    }
    for (int slot = slot(hash); table[slot] != 0; slot = (slot + 1) & (table.length - 1)) {
      int entry = table[slot] - 1;
      if (hashes[entry] == hash
          && Arrays.equals(pool, starts[entry], starts[entry + 1], bytes, from, to)) {
        return entry;
      }
    }
    return NONE;
  }

  /** The id of one entry's text and behind it another's from a byte on, or {@link #NONE}. */
  int joined(int first, int second, int skipped) {
    int from = starts[second] + skipped;
    int to = starts[second + 1];
    int hash = hashes[first];
    for (int i = from; i < to; i += Utf8.lengthOf(pool[i])) {
      hash = mixed(hash, Utf8.at(pool, i));
    }
    int firstStart = starts[first];
    int firstLength = starts[first + 1] - firstStart;
    for (int slot = slot(hash); table[slot] != 0; slot = (slot + 1) & (table.length - 1)) {
      int entry = table[slot] - 1;
      int start = starts[entry];
      int end = starts[entry + 1];
      if (hashes[entry] == hash
          && end - start == firstLength + to - from
          && Arrays.equals(
              pool, start, start + firstLength, pool, firstStart, firstStart + firstLength)
          && Arrays.equals(pool, start + firstLength, end, pool, from, to)) {
        return ids[entry];
      }
    }
    return NONE;
  }

  /** Whether an entry's text has a code point that begins at a byte of it, or ends there. */
  boolean splitsAt(int entry, int skipped) {
    int at = starts[entry] + skipped;
    return at == starts[entry + 1] || (at < starts[entry + 1] && (pool[at] & 0xC0) != 0x80);
  }

  /** Puts all tokens into a trie, with their ids; an empty one is none. */
  void fill(Trie trie) {
    trie.expect(Math.max(size * 2, pool.length / 3)); // Words begin alike.
    for (int entry = 0; entry < size; entry++) {
      if (starts[entry] < starts[entry + 1]) {
        trie.put(pool, starts[entry], starts[entry + 1], ids[entry]);
      }
    }
    trie.freeze();
  }

  /** Whether an entry has a mark behind another character. */
  boolean has(int entry, int mark) {
    int before = mark;
    for (int at = starts[entry]; at < starts[entry + 1]; at += Utf8.lengthOf(pool[at])) {
      int point = Utf8.at(pool, at);
      if (point == mark && before != mark) {
        return true;
      }
      before = point;
    }
    return false;
  }

  /** The code points of an entry. */
  int[] points(int entry) {
    return Utf8.points(pool, starts[entry], starts[entry + 1]);
  }

  /** The text of an entry. */
  String text(int entry) {
    return new String(
        pool, starts[entry], starts[entry + 1] - starts[entry], StandardCharsets.UTF_8);
  }

  /** The bytes that this takes, about. */
  long footprint() {
    return pool.length
        + 4L * (starts.length + hashes.length + ids.length + table.length)
        + 4L * (byId.length + sparse.length);
  }
}
