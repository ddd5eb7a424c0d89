package dev.litegraft.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Places of tokens lie within the text, whatever the tokenizer. */
class PlacesTest {
  /** BPE whose bytes stand for the end of a word, too: those are of no part of the text. */
  private static final String BYTES_OF_A_SUFFIX = bytesOfASuffix();

  private static String bytesOfASuffix() {
    StringBuilder vocabulary = new StringBuilder("\"<unk>\":256");
    for (int b = 0; b < 256; b++) {
      vocabulary.append(",\"").append(Bpe.byteToken(b)).append("\":").append(b);
    }
    return "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":null,\"pre_tokenizer\":{\"type\":"
        + "\"WhitespaceSplit\"},\"post_processor\":null,\"decoder\":null,\"truncation\":null,"
        + "\"padding\":null,\"model\":{\"type\":\"BPE\",\"dropout\":null,\"unk_token\":\"<unk>\","
        + "\"continuing_subword_prefix\":null,\"end_of_word_suffix\":\"</w>\",\"fuse_unk\":false,"
        + "\"byte_fallback\":true,\"ignore_merges\":false,\"vocab\":{"
        + vocabulary
        + "},\"merges\":[]}}";
  }

  @Test
  void bytesOfASuffixLieAtTheEndOfTheTextAtMost() {
    Tokenizer tokenizer = OracleTest.read(BYTES_OF_A_SUFFIX);
    Encoding encoding = tokenizer.encode("ab");
    assertThat(encoding.length()).isEqualTo(6);
    assertThat(encoding.starts()).containsExactly(0, 1, 2, 2, 2, 2);
    assertThat(encoding.ends()).containsExactly(1, 2, 2, 2, 2, 2);
    assertThat(encoding.pointEnds()).containsExactly(1, 2, 2, 2, 2, 2);
  }

  @Test
  void placesOfGeneratedTokenizersLieWithinTheText() {
    String charsmap = RandomRun.charsmap(OracleTest.resource("albert"));
    for (int t = 0; t < 150; t++) {
      Tokenizer tokenizer =
          OracleTest.read(new RandomTokenizers(7 * 1_000_003 + t, charsmap).next());
      HardTexts random = new HardTexts(t);
      for (int i = 0; i < 25; i++) {
        assertWithin(tokenizer, random.next(), t);
      }
    }
  }

  private static void assertWithin(Tokenizer tokenizer, String text, int number) {
    Encoding encoding = tokenizer.encode(text);
    int points = text.codePointCount(0, text.length());
    for (int i = 0; i < encoding.length(); i++) {
      String which = "tokenizer " + number + ", token " + i + " of " + Comparison.escaped(text);
      assertThat(encoding.starts()[i]).as(which).isBetween(0, encoding.ends()[i]);
      assertThat(encoding.ends()[i]).as(which).isBetween(0, text.length());
      assertThat(encoding.pointStarts()[i]).as(which).isBetween(0, encoding.pointEnds()[i]);
      assertThat(encoding.pointEnds()[i]).as(which).isBetween(0, points);
    }
  }
}
