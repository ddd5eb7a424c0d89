package dev.litegraft.tokenizer.unicode;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NativeTokenizer.Answer;
import dev.litegraft.tokenizer.oracle.Observed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The character properties and the case folding of the native library's patterns. */
final class ObservedPatterns {
  private static final List<String> CATEGORIES =
      List.of(
          "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
          "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Co");

  private static final List<String> POSIX =
      List.of(
          "alnum", "alpha", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
          "upper", "xdigit", "ascii", "word");

  private ObservedPatterns() {}

  static void observe(Map<String, int[]> sections) throws IOException {
    String all = Observed.all(Character::toString);
    int[] category = new int[0x110000];
    for (int i = 0; i < CATEGORIES.size(); i++) {
      int number = i + 1;
      matched("\\p{" + CATEGORIES.get(i) + "}", all).stream().forEach(c -> category[c] = number);
    }
    List<int[]> changes = new ArrayList<>();
    for (int c = 0, last = 0; c < 0x110000; c++) {
      if (Observed.scalar(c) && category[c] != last) {
        last = category[c];
        changes.add(new int[] {c, last});
      }
    }
    sections.put("pattern.category", TablesGenerator.flat(changes));
    properties(sections, all);
    for (String type : new String[] {"\\w", "\\s", "\\d", "\\h", "[\\w]"}) {
      sections.put("pattern." + type, ranges(matched(type, all)));
    }
    int[] cased = matched("[\\p{Cased}\\p{CWCF}\\p{CWCM}]", all).stream().toArray();
    sections.put("pattern.fold", folds(cased, new String(cased, 0, cased.length)));
    sections.put("pattern.longFold", longFolds(cased));
  }

  /** Each property under its first name; the names that say the same under one number. */
  private static void properties(Map<String, int[]> sections, String text) throws IOException {
    List<int[]> sets = new ArrayList<>();
    Map<String, Integer> names = new TreeMap<>();
    List<String> all = new ArrayList<>(names());
    for (String name : POSIX) {
      all.add(":" + name);
    }
    for (String name : all) {
      int[] ranges;
      try {
        String form = name.startsWith(":") ? "[[%s:]]" : "\\p{%s}";
        ranges = ranges(matched(form.formatted(name), text));
      } catch (RuntimeException refused) {
        System.out.println("refused: " + name + ": " + refused.getMessage());
        continue;
      }
      int at = 0;
      while (at < sets.size() && !Arrays.equals(sets.get(at), ranges)) {
        at++;
      }
      if (at == sets.size()) {
        sets.add(ranges);
      }
      names.put(name.toLowerCase(Locale.ROOT).replaceAll("[ _-]", ""), at);
    }
    for (int i = 0; i < sets.size(); i++) {
      sections.put("property." + i, sets.get(i));
    }
    StringBuilder lines = new StringBuilder();
    names.forEach((name, number) -> lines.append(name).append(' ').append(number).append('\n'));
    sections.put("property.names", lines.chars().toArray());
  }

  static List<String> names() throws IOException {
    try (InputStream in = ObservedPatterns.class.getResourceAsStream("property-names.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    }
  }

  /** The code points that a pattern of one character matches. */
  static BitSet matched(String regex, String all) {
    BitSet matched = new BitSet();
    try (NativeTokenizer tokenizer = Observed.split("(?:" + regex + ")+", true)) {
      Answer answer = tokenizer.encode(all);
      for (int i = 0; i < answer.ids().length; i++) {
        for (int at = answer.starts()[i]; at < answer.ends()[i]; at++) {
          matched.set(Observed.scalarAt(at));
        }
      }
    }
    return matched;
  }

  private static int[] ranges(BitSet set) {
    return Observed.ranges(set::get);
  }

  /** Which other single code points each one stands for where case is ignored. */
  private static int[] folds(int[] points, String text) {
    List<int[]> folds = new ArrayList<>();
    for (int c : points) {
      List<Integer> equal = new ArrayList<>();
      try (NativeTokenizer tokenizer = Observed.split("(?i:\\x{%x})".formatted(c), true)) {
        Answer answer = tokenizer.encode(text);
        for (int i = 0; i < answer.ids().length; i++) {
          int start = answer.starts()[i];
          if (answer.ends()[i] - start == 1 && points[start] != c) {
            equal.add(points[start]);
          }
        }
      }
      if (!equal.isEmpty()) {
        folds.add(TablesGenerator.mapping(c, equal.stream().mapToInt(i -> i).toArray()));
      }
    }
    return TablesGenerator.flat(folds);
  }

  /** The single code points that stand for texts of several, and these, as they are folded. */
  private static int[] longFolds(int[] points) {
    List<int[]> folds = new ArrayList<>();
    for (int c : points) {
      String s = Character.toString(c).toLowerCase(Locale.ROOT);
      String folded = s.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
      if (folded.codePointCount(0, folded.length()) > 1 && longFold(c, folded)) {
        folds.add(TablesGenerator.mapping(c, folded.codePoints().toArray()));
      }
    }
    return TablesGenerator.flat(folds);
  }

  private static boolean longFold(int c, String folded) {
    try (NativeTokenizer tokenizer = Observed.split("\\A(?i:\\x{%x})\\z".formatted(c), true)) {
      return tokenizer.encode(folded).ids().length == 1;
    }
  }
}
