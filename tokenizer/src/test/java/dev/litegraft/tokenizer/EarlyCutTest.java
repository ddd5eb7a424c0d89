package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A long text that is read only as far as it is needed has the tokens that it would have had. */
class EarlyCutTest {
  private static String longText(long seed, int length) {
    HardTexts random = new HardTexts(seed);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(random.next())
          .append(random.random().nextInt(3) > 0 ? " some plain words " : " 이 영화 정말 Über Привет ");
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"albert", "bert", "roberta", "llama", "deberta", "gpt2", "modernbert", "gemma"})
  void theTokensOfACutTextAreTheFirstOfTheWhole(String name) {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource(name));
    Settings bare = tokenizer.settings().withSpecialTokens(false);
    for (int i = 0; i < 12; i++) {
      String text = longText(i, 6_000 + 3_000 * i);
      Encoding whole = tokenizer.with(bare).encode(text);
      int kept = 1 + i * 37;
      Encoding cut = tokenizer.with(bare).encode(text, null, Truncation.to(kept));
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.ids()).isEqualTo(Arrays.copyOf(whole.ids(), kept));
      assertThat(cut.words()).isEqualTo(Arrays.copyOf(whole.words(), kept));
      assertThat(cut.starts()).isEqualTo(Arrays.copyOf(whole.starts(), kept));
      assertThat(cut.ends()).isEqualTo(Arrays.copyOf(whole.ends(), kept));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"albert", "bert", "roberta", "llama", "deberta", "gpt2", "modernbert", "gemma"})
  void aTextWithSignsAtItsSpacesAndOfChineseIsCutRightToo(String name) {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource(name));
    Tokenizer bare = tokenizer.with(tokenizer.settings().withSpecialTokens(false));
    for (int i = 0; i < 12; i++) {
      String text = signs(i, 6_000 + 1_500 * i);
      Encoding whole = bare.encode(text);
      for (int kept : new int[] {1, 40, 170}) {
        Encoding cut = bare.encode(text, null, Truncation.to(kept));
        assertThat(cut.ids()).isEqualTo(Arrays.copyOf(whole.ids(), kept));
        assertThat(cut.words()).isEqualTo(Arrays.copyOf(whole.words(), kept));
        assertThat(cut.ends()).isEqualTo(Arrays.copyOf(whole.ends(), kept));
      }
    }
  }

  /** Where a space stands, a sign stands beside it, and two Chinese characters may stand alone. */
  private static String signs(long seed, int length) {
    HardTexts random = new HardTexts(seed);
    String[] pieces = {
      ", ", ": \"", "} {", "<s> <", "] [", "> '", "' s", "中文", "，", "\n", "x\ny", "/\n", "x"
    };
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      text.append(pieces[random.random().nextInt(pieces.length)]);
      if (random.random().nextInt(4) == 0) {
        text.append(random.next().replace(' ', ','));
      }
    }
    return text.toString();
  }

  @Test
  void generatedTokenizersCutAsTheyReadTheWhole() {
    int early = 0;
    for (int i = 0; i < 300; i++) {
      Tokenizer tokenizer = generated(i);
      if (!tokenizer.readsEarly()) {
        continue;
      }
      early++;
      Tokenizer bare = tokenizer.with(tokenizer.settings().withSpecialTokens(false));
      String text = (i % 2 == 0 ? signs(i, 4_500) : longText(i, 4_500));
      Encoding whole = bare.encode(text);
      int kept = Math.min(60, whole.length());
      Encoding cut = bare.encode(text, null, Truncation.to(kept));
      assertThat(cut.ids()).as("tokenizer %d", i).isEqualTo(Arrays.copyOf(whole.ids(), kept));
      assertThat(cut.ends()).as("tokenizer %d", i).isEqualTo(Arrays.copyOf(whole.ends(), kept));
    }
    assertThat(early).isGreaterThan(40);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt2"})
  void tenMegabytesOfLinesOfJsonAndOfChineseAreCutToo(String name) {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource(name));
    List<String> lines =
        name.equals("bert") // to GPT-2, Chinese is a word without an end
            ? List.of("one,2,three\n", "{\"a\": 1, \"b\": \"x\"},", "这部电影很好看")
            : List.of("one,2,three\n", "{\"a\": 1, \"b\": \"x\"},");
    for (String line : lines) {
      String text = line.repeat(10_000_000 / line.length());
      Encoding cut = tokenizer.encode(text, null, Truncation.to(64));
      // What was read and left out is counted: of the whole it would be above a million.
      assertThat(cut.left()).as(line).isBetween(1, 5_000);
    }
  }

  @Test
  void tokensOfWhiteSpaceAloneDoNotKeepATextFromBeingCut() {
    String json = OracleTest.resource("gpt2");
    String token =
        "{\"id\":90001,\"content\":\"%s\",\"single_word\":false,\"lstrip\":false,"
            + "\"rstrip\":false,\"normalized\":true,\"special\":false}";
    int at = json.indexOf('[', json.indexOf("\"added_tokens\"")) + 1;
    String before = json.substring(0, at);
    String behind = json.substring(at);
    assertThat(of(before + token.replace("%s", "   ") + "," + behind).readsEarly()).isTrue();
    assertThat(of(before + token.replace("%s", "a b") + "," + behind).readsEarly()).isFalse();
  }

  @Test
  void aReplacementThatTakesALetterAwayIsReadWhole() {
    String model = "\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"?\":0},\"unk_token\":\"?\"}}";
    String head = "{\"version\":\"1.0\",\"pre_tokenizer\":{\"type\":\"WhitespaceSplit\"},";
    String taken =
        "\"normalizer\":{\"type\":\"Replace\",\"pattern\":{\"String\":\"b\"},\"content\":%s},";
    assertThat(of(head + taken.replace("%s", "\" \"") + model).readsEarly()).isFalse();
    assertThat(of(head + taken.replace("%s", "\"\"") + model).readsEarly()).isFalse();
    assertThat(of(head + taken.replace("%s", "\"c\"") + model).readsEarly()).isTrue();
  }

  private static Tokenizer generated(int seed) {
    String charsmap = RandomRun.charsmap(OracleTest.resource("albert"));
    return of(new RandomTokenizers(seed, seed % 3 == 0 ? charsmap : "").next());
  }

  private static Tokenizer of(String json) {
    return Tokenizer.read(json.getBytes(StandardCharsets.UTF_8), "tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "roberta", "albert"})
  void aPairOfLongTextsIsCutAsIfBothHadBeenRead(String name) {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource(name));
    Tokenizer keeping = tokenizer.with(tokenizer.settings().withOverflow(true));
    // The parts are not looked at: keeping them makes it read both texts to their ends.
    String longer = longText(1, 5_000);
    String shorter = longText(2, 3_500);
    for (int length = 101; length < 200; length += 7) {
      Truncation limit = Truncation.to(length);
      assertThat(tokenizer.encode(longer, shorter, limit).ids())
          .isEqualTo(keeping.encode(longer, shorter, limit).ids());
      assertThat(tokenizer.encode(shorter, longer, limit).ids())
          .isEqualTo(keeping.encode(shorter, longer, limit).ids());
      assertThat(tokenizer.encode("a b", longer, limit).ids())
          .isEqualTo(keeping.encode("a b", longer, limit).ids());
    }
  }

  @Test
  void tenMegabytesCostAsMuchAsTheTokensThatAreKept() {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource("bert"));
    String text = "이 영화 정말 재미있어요 ".repeat(750_000);
    Encoding encoding = tokenizer.encode(text, null, Truncation.to(64));
    assertThat(encoding.length()).isEqualTo(64);
    assertThat(encoding.truncated()).isTrue();
    // What was read and left out is counted: of the whole it would be above three millions.
    assertThat(encoding.left()).isBetween(1, 5_000);
  }

  @Test
  void aTextThatFitsIsNotCut() {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource("bert"));
    Encoding encoding = tokenizer.encode("a b", null, Truncation.to(64));
    assertThat(encoding.truncated()).isFalse();
    assertThat(encoding.ids()).isEqualTo(tokenizer.encode("a b").ids());
  }
}
