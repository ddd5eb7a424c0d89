package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Places of tokens, in UTF-16 units of the text as it was given. */
class OffsetsTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
  private static final Path BERT = TOKENIZERS.resolve("ko-nsmc-bert");
  private static final Path SMOLLM = TOKENIZERS.resolve("smollm-135m");

  private static List<String> pieces(Tokenizer tokenizer, String text) {
    Encoding encoding = tokenizer.encode(text);
    List<String> pieces = new ArrayList<>();
    for (int i = 0; i < encoding.length(); i++) {
      if (encoding.sequences()[i] >= 0) {
        pieces.add(text.substring(encoding.starts()[i], encoding.ends()[i]));
      }
    }
    return pieces;
  }

  private static List<Boolean> subwords(Tokenizer tokenizer, String text) {
    Encoding encoding = tokenizer.encode(text);
    List<Boolean> subwords = new ArrayList<>();
    for (int i = 0; i < encoding.length(); i++) {
      if (encoding.sequences()[i] >= 0) {
        subwords.add(encoding.subwords()[i]);
      }
    }
    return subwords;
  }

  private static Tokenizer changed(Path folder, String text, String replacement)
      throws IOException {
    String json = Files.readString(folder.resolve("tokenizer.json"));
    assertThat(json).contains(text);
    return Tokenizer.of(
        json.replace(text, replacement).getBytes(StandardCharsets.UTF_8),
        Optional.empty(),
        "a test");
  }

  @Test
  void everyByteOfAnEmojiStandsForTheWholeEmoji() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(SMOLLM)) {
      String rare = "a\uD83E\uDEE8 b";
      List<String> pieces = pieces(tokenizer, rare);
      assertThat(pieces).startsWith("a").endsWith(" b");
      assertThat(pieces.subList(1, pieces.size() - 1))
          .hasSizeGreaterThan(1)
          .containsOnly("\uD83E\uDEE8");
      assertThat(pieces(tokenizer, "\uD83D\uDE00\uD83D\uDE00 x")).endsWith(" x");
    }
  }

  @Test
  void composedAndDecomposedKoreanKeepThePlacesOfTheTextThatWasGiven() throws IOException {
    String composed = "가 각 \uD83D\uDE00 감";
    String decomposed = Normalizer.normalize(composed, Normalizer.Form.NFD);
    assertThat(decomposed).isNotEqualTo(composed);
    try (Tokenizer nfc = changed(BERT, "\"type\": \"BertNormalizer\"", "\"type\": \"NFC\"")) {
      assertThat(pieces(nfc, composed)).containsExactly("가", "각", "\uD83D\uDE00", "감");
      assertThat(
              pieces(nfc, decomposed).stream()
                  .map(p -> Normalizer.normalize(p, Normalizer.Form.NFC)))
          .containsExactly("가", "각", "\uD83D\uDE00", "감");
      assertThat(nfc.encode(decomposed).ids()).containsExactly(nfc.encode(composed).ids());
    }
  }

  @Test
  void textThatIsLeftOutShiftsNothing() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      assertThat(pieces(tokenizer, "\u0000\u200B가\uFFFD 각")).containsExactly("가", "각");
      assertThat(pieces(tokenizer, "\uD83D가")).containsExactly("가");
    }
  }

  @Test
  void truncatedTextsKeepTheirPlaces() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      Encoding encoding = tokenizer.encode("\uD83D\uDE00 가 각 간", null, 4);
      assertThat(encoding.starts()).containsExactly(0, 0, 3, 0);
      assertThat(encoding.ends()).containsExactly(0, 2, 4, 0);
    }
  }

  @Test
  void tokensThatAreWrittenLongerThanTheirTextGoOnWithAWord() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      List<String> pieces = pieces(tokenizer, "재미있어요 가");
      List<Boolean> subwords = subwords(tokenizer, "재미있어요 가");
      assertThat(pieces).hasSizeGreaterThan(2).endsWith("가");
      assertThat(subwords.get(0)).isFalse();
      assertThat(subwords.subList(1, subwords.size() - 1)).containsOnly(true);
      assertThat(subwords.get(subwords.size() - 1)).isFalse();
    }
  }

  @Test
  void anUnknownWordIsAWord() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      assertThat(tokenizer.encode("\uD83D\uDE00").ids()).containsExactly(2, 1, 3);
      assertThat(subwords(tokenizer, "\uD83D\uDE00 가")).containsExactly(false, false);
    }
  }

  @Test
  void withoutMarksASpaceBeginsAWord() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(SMOLLM)) {
      assertThat(pieces(tokenizer, "12 3")).containsExactly("1", "2", " ", "3");
      assertThat(subwords(tokenizer, "12 3")).containsExactly(false, true, false, false);
      assertThat(subwords(tokenizer, "hello there")).containsExactly(false, false);
    }
  }

  @Test
  void unigramPiecesKeepTheirPlacesAndWords() throws IOException {
    String json =
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "decoder": null,
         "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": "always",
                           "split": true},
         "post_processor": null,
         "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": false,
                   "vocab": [["<unk>", 0.0], ["\u2581", -3.0], ["\u2581ab", -1.0], ["c", -2.0],
                             ["\u2581c", -2.5]]}}
        """;
    try (Tokenizer tokenizer =
        Tokenizer.of(json.getBytes(StandardCharsets.UTF_8), Optional.empty(), "a test")) {
      assertThat(tokenizer.encode("abc c").ids()).containsExactly(2, 3, 4);
      assertThat(pieces(tokenizer, "abc c").get(0)).isEqualTo("ab");
      assertThat(pieces(tokenizer, "abc c").get(1)).isEqualTo("c");
      assertThat(subwords(tokenizer, "abc c")).containsExactly(false, true, false);
      assertThat(tokenizer.encode("ab\uD83D\uDE00").ids()).containsExactly(2, 0);
      assertThat(pieces(tokenizer, "ab\uD83D\uDE00")).containsExactly("ab", "\uD83D\uDE00");
      assertThat(subwords(tokenizer, "ab\uD83D\uDE00")).containsExactly(false, false);
      assertThat(tokenizer.takesPairs()).isFalse();
    }
  }
}
