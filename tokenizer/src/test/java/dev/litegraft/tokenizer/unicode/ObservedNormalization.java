package dev.litegraft.tokenizer.unicode;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.Observed;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tables of normalization, as the native library shows them. */
final class ObservedNormalization {
  /** A mark of each combining class, in rising order; the classes are Unicode's own numbers. */
  private static final int[][] MARKS = {
    {1, 0x334},
    {7, 0x93c},
    {8, 0x3099},
    {9, 0x94d},
    {10, 0x5b0},
    {11, 0x5b1},
    {12, 0x5b2},
    {13, 0x5b3},
    {14, 0x5b4},
    {15, 0x5b5},
    {16, 0x5b6},
    {17, 0x5b7},
    {18, 0x5b8},
    {19, 0x5b9},
    {20, 0x5bb},
    {21, 0x5bc},
    {22, 0x5bd},
    {23, 0x5bf},
    {24, 0x5c1},
    {25, 0x5c2},
    {26, 0xfb1e},
    {27, 0x64b},
    {28, 0x64c},
    {29, 0x64d},
    {30, 0x64e},
    {31, 0x64f},
    {32, 0x650},
    {33, 0x651},
    {34, 0x652},
    {35, 0x670},
    {36, 0x711},
    {84, 0xc55},
    {91, 0xc56},
    {103, 0xe38},
    {107, 0xe48},
    {118, 0xeb8},
    {122, 0xec8},
    {129, 0xf71},
    {130, 0xf72},
    {132, 0xf74},
    {202, 0x321},
    {214, 0x1dce},
    {216, 0x31b},
    {218, 0x302a},
    {220, 0x316},
    {222, 0x59a},
    {224, 0x302e},
    {226, 0x1d16d},
    {228, 0x5ae},
    {230, 0x300},
    {232, 0x315},
    {233, 0x35c},
    {234, 0x35d},
    {240, 0x345}
  };

  private ObservedNormalization() {}

  static void observe(Map<String, int[]> sections) {
    try (NativeTokenizer nfd = Observed.normalizer("{\"type\":\"NFD\"}");
        NativeTokenizer nfkd = Observed.normalizer("{\"type\":\"NFKD\"}");
        NativeTokenizer nfc = Observed.normalizer("{\"type\":\"NFC\"}")) {
      List<int[]> canonical = decompositions(nfd);
      List<int[]> compatible = decompositions(nfkd);
      Set<List<Integer>> known = new HashSet<>();
      canonical.forEach(d -> known.add(boxed(d)));
      compatible.removeIf(d -> known.contains(boxed(d)));
      sections.put("canonical", TablesGenerator.flat(canonical));
      sections.put("compatible", TablesGenerator.flat(compatible));
      sections.put("class", classes(nfd));
      sections.put("composition", compositions(nfc, canonical));
    }
  }

  private static List<Integer> boxed(int[] numbers) {
    List<Integer> list = new ArrayList<>();
    for (int number : numbers) {
      list.add(number);
    }
    return list;
  }

  /** Every code point that changes, but the syllables of Hangul, which a rule decomposes. */
  private static List<int[]> decompositions(NativeTokenizer tokenizer) {
    List<int[]> mapped = new ArrayList<>();
    for (int c = 0; c < 0x110000; c++) {
      if (Observed.scalar(c) && (c < 0xac00 || c > 0xd7a3)) {
        int[] to = Observed.normalized(tokenizer, Character.toString(c)).codePoints().toArray();
        if (to.length != 1 || to[0] != c) {
          mapped.add(TablesGenerator.mapping(c, to));
        }
      }
    }
    return mapped;
  }

  /** The combining class of every code point that has one, as code point and class. */
  private static int[] classes(NativeTokenizer nfd) {
    List<int[]> classes = new ArrayList<>();
    int last = 0;
    for (int c = 0; c < 0x110000; c++) {
      int found = Observed.scalar(c) ? combiningClass(nfd, c) : 0;
      if (found != last) {
        classes.add(new int[] {c, found});
        last = found;
      }
    }
    return TablesGenerator.flat(classes);
  }

  private static int combiningClass(NativeTokenizer nfd, int c) {
    String s = Character.toString(c);
    int[] alone = Observed.normalized(nfd, s).codePoints().toArray();
    if (alone.length != 1 || alone[0] != c) {
      return 0; // it never stands in decomposed text
    }
    int lower = -1; // the last mark whose class is surely not above c's
    for (int i = 0; i < MARKS.length; i++) {
      if (MARKS[i][1] == c) {
        return MARKS[i][0];
      }
      if (swaps(nfd, s, Character.toString(MARKS[i][1]))) {
        lower = i; // c went behind the mark: its class is above
      } else {
        break;
      }
    }
    if (lower + 1 == MARKS.length) {
      throw new IllegalStateException("a class above 240: " + Integer.toHexString(c));
    }
    int candidate = MARKS[lower + 1][0];
    if (lower >= 0) {
      return candidate;
    }
    // Class 0 or 1: a mark of class 1 goes before one of 240.
    return swaps(nfd, Character.toString(0x345), s) ? 1 : 0;
  }

  private static boolean swaps(NativeTokenizer nfd, String first, String second) {
    return Observed.normalized(nfd, "a" + first + second).equals("a" + second + first);
  }

  /** First, second, composed: of every code point that is composed. */
  private static int[] compositions(NativeTokenizer nfc, List<int[]> canonical) {
    List<int[]> pairs = new ArrayList<>();
    for (int[] mapping : canonical) {
      int c = mapping[0];
      String whole = Character.toString(c);
      int n = mapping[1];
      if (n < 2 || !Observed.normalized(nfc, whole).equals(whole)) {
        continue;
      }
      String start = Observed.normalized(nfc, new String(mapping, 2, n - 1));
      String last = Character.toString(mapping[2 + n - 1]);
      if (start.codePointCount(0, start.length()) != 1
          || !Observed.normalized(nfc, start + last).equals(whole)) {
        throw new IllegalStateException("no pair composes " + Integer.toHexString(c));
      }
      pairs.add(new int[] {start.codePointAt(0), last.codePointAt(0), c});
    }
    return TablesGenerator.flat(pairs);
  }
}
