package dev.litegraft.tokenizer.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NeedsOracle;
import dev.litegraft.tokenizer.oracle.Observed;
import dev.litegraft.tokenizer.oracle.RandomTexts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code -Dlitegraft.long=true} asks about 200 times as many texts. */
class PatternNativeTest {
  private static final int TEXTS = Boolean.getBoolean("litegraft.long") ? 5_000 : 25;

  /** What Oniguruma takes and this module does not: no tokenizer that is known has it. */
  private static final Set<String> REFUSED =
      Set.of(
          "\\X",
          "\\x{110000}",
          "\\x{D800}",
          "\\xff",
          "(?~ab)",
          "(a)?(?(1)b|c)",
          "(?<a>x)\\g<a>",
          "(*FAIL)",
          "(?{x})",
          "(?I)a",
          "(?C)a",
          "(?L)a|ab");

  @NeedsOracle
  @Test
  void matchesAreThoseOfTheNativeLibrary() throws IOException {
    int compared = 0;
    for (String regex : NativePatterns.all()) {
      Pattern ours = NativePatterns.ours(regex);
      NativeTokenizer[] theirs = NativePatterns.theirs(regex);
      if (ours == null || theirs == null) {
        assertThat(theirs == null || REFUSED.contains(regex)).as(regex).isTrue();
        continue;
      }
      compare(regex, ours, theirs);
      compared++;
    }
    assertThat(compared).isGreaterThan(300);
  }

  @NeedsOracle
  @Test
  void randomPatternsMatchAsInTheNativeLibrary() {
    RandomPatterns random = new RandomPatterns(29);
    int compared = 0;
    for (int i = 0; i < 400; i++) {
      String regex = random.pattern();
      NativeTokenizer[] theirs = NativePatterns.theirs(regex);
      if (theirs == null) {
        continue; // it refuses more in look-behind
      }
      Pattern ours = Pattern.compile(regex, "a test");
      for (int n = 0; n < 10; n++) {
        String text = random.text();
        assertThat(NativePatterns.ourAnswer(ours, text))
            .as(Observed.quoted(regex) + " on " + Observed.quoted(text))
            .isEqualTo(NativePatterns.nativeAnswer(theirs, text));
      }
      for (NativeTokenizer tokenizer : theirs) {
        tokenizer.close();
      }
      compared++;
    }
    assertThat(compared).isGreaterThan(300);
  }

  @Test
  void scannersMatchWhatTheEngineMatches() throws IOException {
    int scanners = 0;
    for (String regex : NativePatterns.all()) {
      if (!(NativePatterns.ours(regex) instanceof Scanner scanner)) {
        continue;
      }
      scanners++;
      Pattern engine = Pattern.engine(regex, "a test");
      RandomTexts texts = new RandomTexts(regex.hashCode());
      for (int i = 0; i < 40 * TEXTS; i++) {
        String text = texts.next(30);
        assertThat(NativePatterns.ourAnswer(scanner, text))
            .as(regex + " on " + Observed.quoted(text))
            .isEqualTo(NativePatterns.ourAnswer(engine, text));
      }
    }
    assertThat(scanners).isGreaterThan(20);
  }

  private static void compare(String regex, Pattern ours, NativeTokenizer[] theirs) {
    RandomTexts texts = new RandomTexts(regex.hashCode());
    List<String> differences = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      String text = texts.next(14);
      String expected = NativePatterns.nativeAnswer(theirs, text);
      String actual = NativePatterns.ourAnswer(ours, text);
      if (!expected.equals(actual)) {
        differences.add(Observed.quoted(text) + "\n  " + expected + "\n  " + actual);
      }
    }
    for (NativeTokenizer tokenizer : theirs) {
      tokenizer.close();
    }
    if (!differences.isEmpty()) {
      fail(regex + " differs on " + differences.size() + " texts: " + differences.get(0));
    }
  }
}
