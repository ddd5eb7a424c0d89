package dev.litegraft.tokenizer.unicode;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NativeTokenizer.Answer;
import dev.litegraft.tokenizer.oracle.Observed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the tables of Unicode as the native library has them, each found by asking it about every
 * code point.
 *
 * <p>Run from the root of the repository, after the test classes are compiled, with the one
 * argument {@code tokenizer/src/main/resources/dev/litegraft/tokenizer/unicode/tables.bin}. The
 * versions that were found with DJL 0.38.0 (tokenizers 0.21.4): normalization of Unicode 9.0,
 * general categories of the normalizers of 8.0, the patterns' properties of 16.0.
 */
public final class TablesGenerator {
  private TablesGenerator() {}

  /** Asks the library and writes the file named by the first argument. */
  public static void main(String[] arguments) throws IOException {
    Map<String, int[]> sections = new LinkedHashMap<>();
    observePoints(sections);
    ObservedNormalization.observe(sections);
    ObservedClusters.observe(sections);
    ObservedPatterns.observe(sections);
    byte[] bytes = bytes(sections);
    Files.write(Path.of(arguments[0]), bytes);
    sections.forEach(
        (name, numbers) -> System.out.println(name + ": " + numbers.length + " numbers"));
    System.out.println(bytes.length + " bytes");
  }

  /** The predicates on one code point. */
  static void observePoints(Map<String, int[]> sections) {
    sections.put("whitespace", whitespace());
    sections.put("numeric", numeric());
    sections.put("punctuation", removed("{\"type\":\"Punctuation\",\"behavior\":\"Removed\"}"));
    sections.put(
        "control",
        dropped(
            "{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":false,"
                + "\"strip_accents\":false,\"lowercase\":false}"));
    sections.put(
        "nonspacing",
        dropped(
            "{\"type\":\"BertNormalizer\",\"clean_text\":false,\"handle_chinese_chars\":false,"
                + "\"strip_accents\":true,\"lowercase\":false}"));
    sections.put("combining", dropped("{\"type\":\"StripAccents\"}"));
    words(sections);
    sections.put("lowercase", lowercase());
    sections.put("script", scripts());
  }

  private static int[] whitespace() {
    BitSet kept = new BitSet();
    try (NativeTokenizer tokenizer = Observed.preTokenizer("{\"type\":\"WhitespaceSplit\"}")) {
      Answer answer = tokenizer.encode(Observed.all(Character::toString));
      for (int i = 0; i < answer.ids().length; i++) {
        kept.set(answer.starts()[i], answer.ends()[i]);
      }
    }
    return complement(kept);
  }

  private static int[] numeric() {
    BitSet numeric = new BitSet();
    String json = "{\"type\":\"Digits\",\"individual_digits\":false}";
    try (NativeTokenizer tokenizer = Observed.preTokenizer(json)) {
      Answer answer = tokenizer.encode(Observed.all(Character::toString));
      for (int i = 1; i < answer.ids().length; i += 2) {
        numeric.set(answer.starts()[i], answer.ends()[i]);
      }
    }
    return Observed.ranges(c -> numeric.get(index(c)));
  }

  private static int[] removed(String preTokenizer) {
    BitSet kept = new BitSet();
    try (NativeTokenizer tokenizer = Observed.preTokenizer(preTokenizer)) {
      Answer answer = tokenizer.encode(Observed.all(Character::toString));
      for (int i = 0; i < answer.ids().length; i++) {
        kept.set(answer.starts()[i], answer.ends()[i]);
      }
    }
    return complement(kept);
  }

  /** The code points that a normalizer drops; each stands behind an {@code a}. */
  private static int[] dropped(String normalizer) {
    BitSet kept = new BitSet();
    try (NativeTokenizer tokenizer = Observed.points(normalizer)) {
      Answer answer = tokenizer.encode(Observed.all(c -> "a" + Character.toString(c)));
      for (int start : answer.starts()) {
        if (start % 2 == 1) {
          kept.set(start / 2);
        }
      }
    }
    return complement(kept);
  }

  /** {@code \w} and {@code \s} of the regex crate: what stands behind a letter joins it, or not. */
  private static void words(Map<String, int[]> sections) {
    BitSet words = new BitSet();
    BitSet others = new BitSet();
    try (NativeTokenizer tokenizer = Observed.preTokenizer("{\"type\":\"Whitespace\"}")) {
      Answer answer = tokenizer.encode(Observed.all(c -> " a" + Character.toString(c)));
      for (int i = 0; i < answer.ids().length; i++) {
        int start = answer.starts()[i];
        if (start % 3 == 1 && answer.ends()[i] - start == 2) {
          words.set(start / 3);
        } else if (start % 3 == 2) {
          others.set(start / 3);
        }
      }
    }
    sections.put("word", Observed.ranges(c -> words.get(index(c))));
    sections.put("space", Observed.ranges(c -> !words.get(index(c)) && !others.get(index(c))));
  }

  private static int[] lowercase() {
    List<int[]> mapped = new ArrayList<>();
    try (NativeTokenizer tokenizer = Observed.normalizer("{\"type\":\"Lowercase\"}")) {
      for (int c = 0; c < 0x110000; c++) {
        if (Observed.scalar(c)) {
          int[] to = Observed.normalized(tokenizer, Character.toString(c)).codePoints().toArray();
          if (to.length != 1 || to[0] != c) {
            mapped.add(mapping(c, to));
          }
        }
      }
    }
    return flat(mapped);
  }

  /** The number of a script at each change: 0 for any, else in the order of first use. */
  private static int[] scripts() {
    BitSet starts = new BitSet();
    try (NativeTokenizer tokenizer = Observed.preTokenizer("{\"type\":\"UnicodeScripts\"}")) {
      Answer answer = tokenizer.encode(Observed.all(Character::toString));
      Arrays.stream(answer.starts()).forEach(starts::set);
      List<String> representatives = new ArrayList<>();
      List<int[]> runs = new ArrayList<>();
      int[] scripts = new int[0x110000];
      Map<Integer, Integer> runScripts = new TreeMap<>();
      for (int c = 0; c < 0x110000; c++) {
        if (!Observed.scalar(c)) {
          continue;
        }
        String s = Character.toString(c);
        if (joins(tokenizer, "a", s) && joins(tokenizer, "\u044f", s)) {
          continue;
        }
        int run = starts.previousSetBit(index(c));
        Integer known = runScripts.get(run);
        if (known == null) {
          known = representative(tokenizer, representatives, s);
          runScripts.put(run, known);
        }
        scripts[c] = known;
      }
      int last = 0;
      for (int c = 0; c < 0x110000; c++) {
        if (Observed.scalar(c) && scripts[c] != last) {
          last = scripts[c];
          runs.add(new int[] {c, last});
        }
      }
      return flat(runs);
    }
  }

  private static int representative(
      NativeTokenizer tokenizer, List<String> representatives, String s) {
    for (int i = 0; i < representatives.size(); i++) {
      if (joins(tokenizer, representatives.get(i), s)) {
        return i + 1;
      }
    }
    representatives.add(s);
    return representatives.size();
  }

  private static boolean joins(NativeTokenizer tokenizer, String a, String b) {
    return tokenizer.encode(a + b).ids().length == 1;
  }

  static int[] mapping(int c, int[] to) {
    int[] mapping = new int[to.length + 2];
    mapping[0] = c;
    mapping[1] = to.length;
    System.arraycopy(to, 0, mapping, 2, to.length);
    return mapping;
  }

  static int[] flat(List<int[]> parts) {
    return parts.stream().flatMapToInt(Arrays::stream).toArray();
  }

  static int index(int c) {
    return c < 0xd800 ? c : c - 0x800;
  }

  private static int[] complement(BitSet kept) {
    return Observed.ranges(c -> !kept.get(index(c)));
  }

  /** The file of these sections. */
  static byte[] bytes(Map<String, int[]> sections) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(bytes, sections.size());
    Map<String, byte[]> bodies = new LinkedHashMap<>();
    sections.forEach((name, numbers) -> bodies.put(name, body(numbers)));
    bodies.forEach(
        (name, body) -> {
          byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
          write(bytes, utf8.length);
          bytes.writeBytes(utf8);
          write(bytes, body.length);
        });
    bodies.values().forEach(bytes::writeBytes);
    return bytes.toByteArray();
  }

  /** The shortest of the four ways to write a section. */
  private static byte[] body(int[] numbers) {
    byte[] shortest = body(numbers, 1);
    for (int step = 2; step <= 4; step++) {
      byte[] body = body(numbers, step);
      shortest = body.length < shortest.length ? body : shortest;
    }
    return shortest;
  }

  /** Each number as its difference to the one some places before, the sign in the lowest bit. */
  private static byte[] body(int[] numbers, int step) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(step);
    for (int i = 0; i < numbers.length; i++) {
      int difference = numbers[i] - (i < step ? 0 : numbers[i - step]);
      write(bytes, difference << 1 ^ difference >> 31);
    }
    return bytes.toByteArray();
  }

  private static void write(ByteArrayOutputStream bytes, int number) {
    int rest = number;
    while (rest >>> 7 != 0) {
      bytes.write((rest & 127) | 128);
      rest >>>= 7;
    }
    bytes.write(rest);
  }
}
