package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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
    long start = System.nanoTime();
    Encoding encoding = tokenizer.encode(text, null, Truncation.to(64));
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    assertThat(encoding.length()).isEqualTo(64);
    assertThat(encoding.truncated()).isTrue();
    // A reading of the whole takes above a second; a busy machine may be slow at any time.
    assertThat(milliseconds).isLessThan(500);
  }

  @Test
  void aTextThatFitsIsNotCut() {
    Tokenizer tokenizer = OracleTest.read(OracleTest.resource("bert"));
    Encoding encoding = tokenizer.encode("a b", null, Truncation.to(64));
    assertThat(encoding.truncated()).isFalse();
    assertThat(encoding.ids()).isEqualTo(tokenizer.encode("a b").ids());
  }
}
