package dev.litegraft.tokenizer.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.tokenizer.error.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class PatternTest {
  private static final String HERE = "tokenizer.json, pre_tokenizer.pattern";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|aa)+$",
        "(a|a)*$",
        "(a*)*b",
        "(a*a*)*b",
        "(?:a?){30}b",
        "(x+x+)+y",
        "(?:(?:a+)+)+b",
        "(?=(a+)+b)a",
        "(?!(a+)+b)c",
        "(?>(a+)+b)",
        "(?<=(a+)+b)c",
        "a*a*a*a*a*b",
        "\\s+\\s+\\s+!",
        "(?:a|b|ab)*c",
        "(?:.*)*x",
        "(?:a|aa|aaa)*?b",
        "(?:a?)*?b",
        "(?:a??)*b",
        "(?:a*){2,3}b",
        "(?>(?:a|ab)*)b",
        "(?=(?:a|ab)*)ab",
        "(.*)(.*)(.*)(.*)z"
      })
  void catastrophesOfOtherEnginesEndSoon(String regex) {
    Pattern pattern = Pattern.compile(regex, HERE);
    for (String text :
        new String[] {"a".repeat(20_000) + "!", "x".repeat(20_000), " ".repeat(9_999)}) {
      int[] points = text.codePoints().toArray();
      Matcher matcher = pattern.matcher(points, 0, points.length);
      int found = 0;
      while (matcher.find()) {
        found++;
      }
      assertThat(found).isLessThanOrEqualTo(points.length + 1);
    }
  }

  @Test
  void referencesEndInAnErrorThatNamesThePattern() {
    Pattern pattern = Pattern.compile("(a*)*(a*)*\\1b", HERE);
    int[] points = "a".repeat(2000).codePoints().toArray();
    assertThatThrownBy(() -> pattern.matcher(points, 0, points.length).find())
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("(a*)*(a*)*\\1b")
        .hasMessageContaining("10000000 steps")
        .hasMessageContaining(HERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(",
        "a)",
        "[a",
        "[z-a]",
        "a{100001}",
        "*a",
        "\\p{Foo}",
        "(?<n",
        "\\k<m>",
        "\\x{110000}",
        "(?~ab)",
        "\\g<0>",
        "(?(1)a|b)",
        "\\X",
        "(?:a{1000}){1000}",
        "(?z)a",
        "\\2",
        "a\\"
      })
  void whatCannotBeHeldIsNamedWhenItIsRead(String regex) {
    assertThatThrownBy(() -> Pattern.compile(regex, HERE))
        .isInstanceOf(TokenizerException.class)
        .hasMessageStartingWith("the pattern " + regex + " cannot be used: ")
        .hasMessageContaining("\n  in: " + HERE + "\n  try: ");
  }

  @Test
  void deepNestingIsRefused() {
    String regex = "(?:".repeat(10_000) + "a" + ")".repeat(10_000);
    assertThatThrownBy(() -> Pattern.compile(regex, HERE))
        .isInstanceOf(TokenizerException.class)
        .hasMessageContaining("200 deep");
    assertThatThrownBy(() -> Pattern.compile("[".repeat(10_000) + "a", HERE))
        .isInstanceOf(TokenizerException.class);
  }

  @Test
  void emptyMatchesBehindAMatchArePassedOver() {
    assertThat(matches("a*", "baac")).containsExactly("0-0", "1-3", "4-4");
    assertThat(matches("", "ab")).containsExactly("0-0", "1-1", "2-2");
    assertThat(matches("\\b", "ab cd")).containsExactly("0-0", "2-2", "3-3", "5-5");
  }

  @Test
  void onlyTheGivenPartIsSeen() {
    int[] points = "xaay".codePoints().toArray();
    Pattern pattern = Pattern.compile("(?<=x)a|^a|a$", HERE);
    Matcher matcher = pattern.matcher(points, 1, 3);
    assertThat(matcher.find()).isTrue();
    assertThat(matcher.start()).isEqualTo(1);
    assertThat(matcher.find()).isTrue();
    assertThat(matcher.end()).isEqualTo(3);
    assertThat(matcher.find()).isFalse();
    assertThat(pattern.find(points, 0, 4, 2)).isEqualTo(-1);
    assertThat(pattern.find(points, 0, 4, 1)).isEqualTo(1L << 32 | 2);
  }

  @Test
  void literalsOverlapNowhere() {
    int[] points = "aabaabaaab".codePoints().toArray();
    Matcher matcher = Pattern.literal("aab").matcher(points, 0, points.length);
    List<Integer> starts = new ArrayList<>();
    while (matcher.find()) {
      starts.add(matcher.start());
    }
    assertThat(starts).containsExactly(0, 3, 7);
    assertThat(Pattern.literal("").find(points, 0, points.length, 3)).isEqualTo(3L << 32 | 3);
  }

  @Test
  void aWholeTextOfAMillionIsLinear() {
    String text = "don't stop  me\n\nnow 12345 ".repeat(40_000);
    int[] points = text.codePoints().toArray();
    for (String regex :
        new String[] {Scanner.Gpt2.REGEX, "(?=.*z)a|\\w+(?!.*q)", "(?<=[a-z]+)\\s|\\S+"}) {
      Matcher matcher = Pattern.engine(regex, HERE).matcher(points, 0, points.length);
      int found = 0;
      while (matcher.find()) {
        found++;
      }
      assertThat(found).isGreaterThan(100_000);
    }
  }

  private static List<String> matches(String regex, String text) {
    int[] points = text.codePoints().toArray();
    Matcher matcher = Pattern.compile(regex, HERE).matcher(points, 0, points.length);
    List<String> matches = new ArrayList<>();
    while (matcher.find()) {
      matches.add(matcher.start() + "-" + matcher.end());
    }
    return matches;
  }
}
