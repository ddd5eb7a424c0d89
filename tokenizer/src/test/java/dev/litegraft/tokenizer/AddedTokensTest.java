package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where versions of the library differ, by what 0.22.2 and 0.23.2 (Python) answered. */
class AddedTokensTest {
  private static String added(String content, boolean normalized, boolean special) {
    return ("{'id':90,'content':'"
            + content
            + "','single_word':false,'lstrip':false,'rstrip':false,'normalized':"
            + normalized
            + ",'special':"
            + special
            + "}")
        .replace('\'', '"');
  }

  private static Tokenizer read(String tokens, String vocabulary) {
    return OracleTest.read(
        "{\"added_tokens\":["
            + tokens
            + "],\"normalizer\":{\"type\":\"Lowercase\"},\"model\":{\"type\":\"WordLevel\",\"vocab\":{"
            + vocabulary.replace('\'', '"')
            + "},\"unk_token\":\"?\"}}");
  }

  /** 0.21 went on behind the greatest id of an added token instead. */
  @Test
  void thoseOutsideOfTheVocabularyAreNumberedFromItsSizeOn() {
    Tokenizer tokenizer =
        read(
            added("<m>", false, true)
                + ","
                + added("<x>", false, true)
                + ","
                + added("<y>", false, true),
            "'?':0,'a':1,'<m>':9");
    assertThat(tokenizer.encode("<m><x><y>").ids()).containsExactly(9, 3, 4);
  }

  @Test
  void thoseThatAreNormalizedAreDecodedAsTheVersionWritesThem() {
    Tokenizer older = read(added("[MASK]", true, true), "'?':0,'a':1");
    Tokenizer newer = older.with(older.settings().with(Truncation.Version.V0_23));
    int[] ids = older.encode("[Mask]").ids();
    assertThat(ids).containsExactly(2);
    assertThat(older.decode(ids, false)).isEqualTo("[MASK]");
    assertThat(older.decode(ids, true)).isEmpty();
    assertThat(newer.decode(ids, false)).isEqualTo("[mask]");
    assertThat(newer.decode(ids, true)).isEqualTo("[mask]");
  }
}
