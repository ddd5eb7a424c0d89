package dev.litegraft.tokenizer.unicode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NativeTokenizer.Answer;
import dev.litegraft.tokenizer.oracle.NeedsOracle;
import dev.litegraft.tokenizer.oracle.Observed;
import dev.litegraft.tokenizer.oracle.RandomTexts;
import java.io.InputStream;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** {@code -Dlitegraft.long=true} asks the native library about every code point. */
class UnicodeTest {
  /** Checksums over all code points, of the tables that were made on 2026-11-29. */
  private static final Map<String, Long> RECORDED = recorded();

  private static Map<String, Long> recorded() {
    Map<String, Long> sums = new HashMap<>();
    sums.put("NFC", 2363278441L);
    sums.put("NFD", 720140504L);
    sums.put("NFKC", 4292695525L);
    sums.put("NFKD", 3131603356L);
    sums.put("category", 3828645920L);
    sums.put("chinese", 1083481873L);
    sums.put("combining", 2312214890L);
    sums.put("dropped", 2065483907L);
    sums.put("lowercase", 404397252L);
    sums.put("nonspacing", 197052808L);
    sums.put("numeric", 1598661350L);
    sums.put("punctuation", 347401467L);
    sums.put("script", 2427335036L);
    sums.put("space", 974248931L);
    sums.put("whitespace", 974248931L);
    sums.put("word", 3159536065L);
    return sums;
  }

  @Test
  void everyCodePointIsAsItWasFound() {
    Map<String, Long> found = new HashMap<>();
    all().forEach((name, function) -> found.put(name, sum(function)));
    assertThat(found).isEqualTo(RECORDED);
  }

  @Test
  void someOfThemAreKnown() {
    assertThat(Unicode.isWhitespace(0x3000)).isTrue();
    assertThat(Unicode.isWhitespace(0x200b)).isFalse();
    assertThat(Unicode.isNumeric(0x2167)).isTrue();
    assertThat(Unicode.isPunctuation('$')).isTrue();
    assertThat(Unicode.isPunctuation(0x20ac)).isFalse();
    assertThat(Unicode.isDroppedByBert(0)).isTrue();
    assertThat(Unicode.isDroppedByBert('\n')).isFalse();
    assertThat(Unicode.isMarkNonspacing(0x301)).isTrue();
    assertThat(Unicode.isMarkNonspacing(0x903)).isFalse();
    assertThat(Unicode.isCombiningMark(0x903)).isTrue();
    assertThat(Unicode.lowercase('Q')).isEqualTo('q');
    assertThat(Unicode.lowercase(0x1e9e)).isEqualTo(0xdf);
    assertThat(Unicode.lowercase(0x10400)).isEqualTo(0x10428);
    assertThat(Unicode.lowercase(Unicode.DOTTED_I)).isEqualTo('i');
    assertThat(Unicode.script('a'))
        .isEqualTo(Unicode.script('Z'))
        .isNotEqualTo(Unicode.script('ж'));
    assertThat(Unicode.script(0x3042)).isEqualTo(Unicode.script(0x6f22));
    assertThat(Unicode.script(' ')).isEqualTo(Unicode.ANY_SCRIPT);
    assertThat(Unicode.isChinese(0x4e00)).isTrue();
    assertThat(Unicode.isChinese(0x2b820)).isFalse(); // the library's own slip
    assertThat(Properties.category('a')).isEqualTo(Properties.LL);
    assertThat(Properties.ranges("script Han")).isNull();
    assertThat(Properties.ranges("HAN")).isEqualTo(Properties.ranges("hani"));
    assertThat(Properties.equals('k')).containsExactlyInAnyOrder('K', 0x212a);
    assertThat(Properties.longFold(0xdf)).containsExactly('s', 's');
  }

  @NeedsOracle
  @Test
  void someOfThemAreThoseOfTheNativeLibrary() {
    RandomTexts points = new RandomTexts(17);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      text.appendCodePoint(points.point());
    }
    compareWords(text.toString());
    compareLowercase(text.toString());
  }

  @NeedsOracle
  @Test
  @EnabledIfSystemProperty(named = "litegraft.long", matches = "true")
  void allOfThemAreThoseOfTheNativeLibrary() throws Exception {
    Map<String, int[]> sections = new LinkedHashMap<>();
    TablesGenerator.observePoints(sections);
    ObservedNormalization.observe(sections);
    ObservedClusters.observe(sections);
    ObservedPatterns.observe(sections);
    sections.forEach(
        (name, numbers) -> assertThat(Tables.section(name)).as(name).isEqualTo(numbers));
    try (InputStream in = Tables.class.getResourceAsStream("tables.bin")) {
      assertThat(TablesGenerator.bytes(sections)).isEqualTo(in.readAllBytes());
    }
  }

  private static void compareWords(String text) {
    try (NativeTokenizer tokenizer = Observed.preTokenizer("{\"type\":\"Whitespace\"}")) {
      Answer answer = tokenizer.encode(text);
      int[] points = text.codePoints().toArray();
      int at = 0;
      for (int token = 0; token < answer.ids().length; token++) {
        while (Unicode.isRegexSpace(points[at])) {
          at++;
        }
        int end = at;
        boolean word = Unicode.isWord(points[at]);
        while (end < points.length
            && !Unicode.isRegexSpace(points[end])
            && Unicode.isWord(points[end]) == word) {
          end++;
        }
        assertThat(answer.starts()[token]).isEqualTo(at);
        assertThat(answer.ends()[token]).isEqualTo(end);
        at = end;
      }
    }
  }

  private static void compareLowercase(String text) {
    StringBuilder lower = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              lower.appendCodePoint(Unicode.lowercase(point));
              if (point == Unicode.DOTTED_I) {
                lower.appendCodePoint(Unicode.DOT_ABOVE);
              }
            });
    try (NativeTokenizer tokenizer = Observed.normalizer("{\"type\":\"Lowercase\"}")) {
      assertThat(lower.toString()).isEqualTo(Observed.normalized(tokenizer, text));
    }
  }

  private static Map<String, IntUnaryOperator> all() {
    Map<String, IntUnaryOperator> all = new HashMap<>();
    all.put("whitespace", flag(Unicode::isWhitespace));
    all.put("numeric", flag(Unicode::isNumeric));
    all.put("punctuation", flag(Unicode::isPunctuation));
    all.put("dropped", flag(Unicode::isDroppedByBert));
    all.put("nonspacing", flag(Unicode::isMarkNonspacing));
    all.put("combining", flag(Unicode::isCombiningMark));
    all.put("word", flag(Unicode::isWord));
    all.put("space", flag(Unicode::isRegexSpace));
    all.put("chinese", flag(Unicode::isChinese));
    all.put("lowercase", Unicode::lowercase);
    all.put("script", Unicode::script);
    all.put("category", Properties::category);
    for (Normalization form : Normalization.values()) {
      all.put(form.name(), point -> normalized(form, point));
    }
    return all;
  }

  private static IntUnaryOperator flag(IntPredicate predicate) {
    return point -> predicate.test(point) ? 1 : 0;
  }

  /** A number of the normal form of a code point between two others, whose order it may change. */
  private static int normalized(Normalization form, int point) {
    int[] text = {'a', 0x301, 0x315, point, 0x316, 0x334};
    Normalization.Result result = form.apply(text, 0, text.length);
    int sum = result.length();
    for (int i = 0; i < result.length(); i++) {
      sum = 31 * (31 * sum + result.points()[i]) + result.changes()[i];
    }
    return sum;
  }

  private static long sum(IntUnaryOperator function) {
    CRC32 sum = new CRC32();
    byte[] bytes = new byte[4];
    for (int c = 0; c < 0x110000; c++) {
      if (Observed.scalar(c)) {
        int value = function.applyAsInt(c);
        for (int i = 0; i < 4; i++) {
          bytes[i] = (byte) (value >>> (8 * i));
        }
        sum.update(bytes);
      }
    }
    return sum.getValue();
  }
}
