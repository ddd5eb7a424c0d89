package dev.litegraft.tokenizer.unicode;

import java.util.HashSet;
import java.util.Set;

/** What the normal forms look up: decompositions, combining classes and compositions. */
final class NormalTables {
  private static final int CLASS = 255;

  /** Decompositions in full: at each place of {@link #decomposition} a length and the parts. */
  static final int[] DECOMPOSITIONS;

  private static final PointTable CANONICAL; // place + 1 in DECOMPOSITIONS
  private static final PointTable COMPATIBLE;
  private static final PointTable FLAGS;

  /** Open addressing: first << 32 | second as the key, the composed code point beside it. */
  private static final long[] KEYS;

  private static final int[] COMPOSED;

  static {
    int[] canonical = Tables.section("canonical");
    int[] compatible = Tables.section("compatible");
    DECOMPOSITIONS = new int[canonical.length + compatible.length];
    PointTable.Builder canonicalPlaces = new PointTable.Builder();
    PointTable.Builder compatiblePlaces = new PointTable.Builder();
    PointTable.Builder flags = new PointTable.Builder();
    int[] classes = Tables.section("class");
    flags.changes(classes);
    for (int i = 0; i + 2 < classes.length; i += 2) {
      for (int c = classes[i]; c < classes[i + 2] && classes[i + 1] != 0; c++) {
        suspect(flags, c, Normalization.values());
      }
    }
    int place = 0;
    for (int i = 0; i < canonical.length; i += 2 + canonical[i + 1]) {
      place = put(canonical, i, place, canonicalPlaces);
      compatiblePlaces.put(canonical[i], canonicalPlaces.at(canonical[i]));
      suspect(flags, canonical[i], Normalization.NFD, Normalization.NFKD);
    }
    for (int i = 0; i < compatible.length; i += 2 + compatible[i + 1]) {
      place = put(compatible, i, place, compatiblePlaces);
      suspect(flags, compatible[i], Normalization.NFKD, Normalization.NFKC);
    }
    int[] compositions = Tables.section("composition");
    int capacity = Integer.highestOneBit(compositions.length) << 1;
    KEYS = new long[capacity];
    COMPOSED = new int[capacity];
    Set<Integer> whole = new HashSet<>();
    for (int i = 0; i < compositions.length; i += 3) {
      put(compositions[i], compositions[i + 1], compositions[i + 2]);
      whole.add(compositions[i + 2]);
      suspect(flags, compositions[i + 1], Normalization.NFC, Normalization.NFKC);
    }
    for (int i = 0; i < canonical.length; i += 2 + canonical[i + 1]) {
      if (!whole.contains(canonical[i])) {
        suspect(flags, canonical[i], Normalization.NFC, Normalization.NFKC);
      }
    }
    for (int i = 0; i < Hangul.SYLLABLE_COUNT; i++) {
      suspect(flags, Hangul.SYLLABLES + i, Normalization.NFD, Normalization.NFKD);
    }
    for (int i = Hangul.VOWELS; i < Hangul.TRAILING + Hangul.TRAILING_COUNT; i++) {
      suspect(flags, i, Normalization.NFC, Normalization.NFKC);
    }
    CANONICAL = canonicalPlaces.build();
    COMPATIBLE = compatiblePlaces.build();
    FLAGS = flags.build();
  }

  private NormalTables() {}

  /** The combining class in the low byte, and a bit for each form it may not stand in. */
  static int flags(int point) {
    return FLAGS.at(point);
  }

  /** The canonical combining class. */
  static int combiningClass(int point) {
    return FLAGS.at(point) & CLASS;
  }

  /** The place of the decomposition of a code point that is no Hangul syllable, or -1. */
  static int decomposition(int point, boolean compatible) {
    return (compatible ? COMPATIBLE : CANONICAL).at(point) - 1;
  }

  /** The code point that two compose to, or -1. */
  static int compose(int first, int second) {
    if (second < 0x300) {
      return -1;
    }
    int syllable = Hangul.compose(first, second);
    if (syllable >= 0) {
      return syllable;
    }
    long key = key(first, second);
    int slot = slot(key);
    while (KEYS[slot] != 0) {
      if (KEYS[slot] == key) {
        return COMPOSED[slot];
      }
      slot = slot + 1 & KEYS.length - 1;
    }
    return -1;
  }

  private static int put(int[] mappings, int at, int place, PointTable.Builder places) {
    places.put(mappings[at], place + 1);
    int length = mappings[at + 1];
    System.arraycopy(mappings, at + 1, DECOMPOSITIONS, place, length + 1);
    return place + length + 1;
  }

  private static void put(int first, int second, int composed) {
    long key = key(first, second);
    int slot = slot(key);
    while (KEYS[slot] != 0) {
      slot = slot + 1 & KEYS.length - 1;
    }
    KEYS[slot] = key;
    COMPOSED[slot] = composed;
  }

  private static void suspect(PointTable.Builder flags, int point, Normalization... forms) {
    for (Normalization form : forms) {
      flags.add(point, form.suspicious);
    }
  }

  private static long key(int first, int second) {
    return (long) first << 32 | second;
  }

  private static int slot(long key) {
    return (int) ((key * 0x9e3779b97f4a7c15L) >>> 40) & KEYS.length - 1;
  }
}
