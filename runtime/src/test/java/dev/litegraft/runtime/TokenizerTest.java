package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.json.Json;
import dev.litegraft.tokenizer.error.TokenizerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final Path TOKENIZERS = Path.of("src/test/resources/tokenizers");
  private static final Path SMOLLM = TOKENIZERS.resolve("smollm-135m");
  private static final Path BERT = TOKENIZERS.resolve("ko-nsmc-bert");

  @ParameterizedTest
  @ValueSource(strings = {"smollm-135m", "ko-nsmc-bert"})
  void givesTheIdsOfTheRustTokenizersForEveryRecordedString(String name) throws IOException {
    List<Map<?, ?>> recorded = recorded(TOKENIZERS.resolve(name).resolve("expected_ids.json"));
    assertThat(recorded).hasSize(310);
    try (Tokenizer tokenizer = Tokenizer.open(TOKENIZERS.resolve(name))) {
      for (Map<?, ?> one : recorded) {
        String text = String.valueOf(one.get("text"));
        assertThat(tokenizer.encode(text).ids())
            .as("ids of %s", text)
            .containsExactly(ints(one.get("ids_with_special")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"smollm-135m", "ko-nsmc-bert"})
  void readsLoneSurrogatesAsTheReplacementCharacter(String name) throws IOException {
    Path folder = TOKENIZERS.resolve(name);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      for (Map<?, ?> one : recorded(folder.resolve("lone_surrogates_ids.json"))) {
        Encoding encoding = tokenizer.encode(String.valueOf(one.get("text")));
        int[] content =
            IntStream.range(0, encoding.length())
                .filter(i -> encoding.sequences()[i] >= 0)
                .map(i -> encoding.ids()[i])
                .toArray();
        assertThat(content).containsExactly(ints(one.get("rust_ids_of_replaced")));
      }
    }
  }

  @Test
  void doesNotApplyThePaddingAndTruncationThatTheFileWasSavedWith() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(SMOLLM)) {
      assertThat(tokenizer.encode("hello").ids()).containsExactly(28120);
      Encoding longText = tokenizer.encode("a b ".repeat(25_000));
      assertThat(longText.length()).isGreaterThan(192);
      assertThat(longText.truncated()).isFalse();
    }
  }

  /** 3 is [SEP], which the template puts at the end. */
  @Test
  void specialTokensInATextCountAsSuchUnlessItIsPlain() throws IOException {
    String text = "ab [SEP] cd";
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      assertThat(tokenizer.encode(text).ids()).startsWith(2).endsWith(3);
      assertThat(IntStream.of(tokenizer.encode(text).ids()).filter(id -> id == 3)).hasSize(2);
      try (Tokenizer plain = tokenizer.withPlainText(true)) {
        assertThat(plain.encode(text).ids()).containsOnlyOnce(3).endsWith(3);
        assertThat(plain.withPlainText(false).encode(text).ids())
            .isEqualTo(tokenizer.encode(text).ids());
      }
    }
  }

  @Test
  void truncationKeepsTheSpecialTokensAndSaysHowManyTokensItCut() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      int[] whole = tokenizer.encode("abcdefgh").ids();
      Encoding cut = tokenizer.encode("abcdefgh", null, whole.length - 3);
      assertThat(cut.cut()).isEqualTo(3);
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.ids()).hasSize(whole.length - 3).startsWith(2).endsWith(3);
      assertThat(cut.ids()[1]).isEqualTo(whole[1]);
      assertThat(cut.words()).startsWith(-1, 0).endsWith(-1);
    }
  }

  @Test
  void truncationSideLeftKeepsTheEndOfTheText(@TempDir Path folder) throws IOException {
    Files.copy(BERT.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"truncation_side\": \"left\"}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      int[] whole = tokenizer.encode("abcdefgh").ids();
      int[] cut = tokenizer.encode("abcdefgh", null, 4).ids();
      assertThat(cut).containsExactly(2, whole[whole.length - 3], whole[whole.length - 2], 3);
    }
  }

  @Test
  void pairsHaveTwoTypesAndTheLongerTextIsCutFirst() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      Encoding pair = tokenizer.encode("ab", "cdefgh", 8);
      assertThat(pair.sequences()).containsExactly(-1, 0, 0, -1, 1, 1, 1, -1);
      assertThat(pair.typeIds()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
      assertThat(pair.cut()).isEqualTo(3);
      Encoding halves = tokenizer.encode("abcdefgh", "abcdefg", 8);
      assertThat(halves.sequences()).containsExactly(-1, 0, 0, 0, -1, 1, 1, -1);
    }
  }

  @Test
  void theNewerLibraryGivesTheOddTokenOfTwoLongTextsToTheSecond() throws IOException {
    String first = "a b c d e f g h i j k l";
    String second = "a b c d e f g h i j";
    try (Tokenizer older = Tokenizer.open(BERT)) {
      assertThat(older.encode(first, second, 8).sequences())
          .containsExactly(-1, 0, 0, 0, -1, 1, 1, -1);
    }
    // As a converted file carries it.
    byte[] config = "{\"tokenizers\": \"0.23\"}".getBytes(StandardCharsets.UTF_8);
    byte[] json = Files.readAllBytes(BERT.resolve("tokenizer.json"));
    try (Tokenizer newer = Tokenizer.of(json, Optional.of(config), "tokenizer.json")) {
      assertThat(newer.encode(first, second, 8).sequences())
          .containsExactly(-1, 0, 0, -1, 1, 1, 1, -1);
    }
  }

  @Test
  void offsetsCountUtf16UnitsOfTheOriginalText() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      String text = "\uD83D\uDE00 영화";
      Encoding encoding = tokenizer.encode(text);
      assertThat(text.substring(encoding.starts()[1], encoding.ends()[1]))
          .isEqualTo("\uD83D\uDE00");
      assertThat(text.substring(encoding.starts()[2], encoding.ends()[2])).isEqualTo("영화");
    }
  }

  @Test
  void anEmptyTextGivesTheSpecialTokensOrNone() throws IOException {
    try (Tokenizer smollm = Tokenizer.open(SMOLLM);
        Tokenizer bert = Tokenizer.open(BERT)) {
      assertThat(smollm.encode("").ids()).isEmpty();
      assertThat(bert.encode("").ids()).containsExactly(2, 3);
    }
  }

  @Test
  void aMaximumLengthWithoutRoomForTheSpecialTokensIsRefused() throws IOException {
    try (Tokenizer tokenizer = Tokenizer.open(BERT)) {
      assertThatThrownBy(() -> tokenizer.encode("a", null, 1))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("a maximum length of 1 has no room for the 2 special tokens")
          .hasMessageContaining("tokenizer.json");
    }
  }

  @Test
  void llamaTokenizersTakeBosAndEosFromTheirConfig(@TempDir Path folder) throws IOException {
    Files.copy(SMOLLM.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        """
        {"tokenizer_class": "LlamaTokenizerFast", "add_eos_token": true,
         "bos_token": {"content": "<|im_start|>"}, "eos_token": "<|im_end|>"}
        """);
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("hello").ids()).containsExactly(1, 28120, 2);
      Encoding pair = tokenizer.encode("hello", "a");
      assertThat(pair.ids()).containsExactly(1, 28120, 2, 1, 81, 2);
      assertThat(pair.typeIds()).containsOnly(0); // this class gives its model none
      assertThat(tokenizer.encode("hello there", null, 3).ids()).containsExactly(1, 28120, 2);
    }
  }

  @Test
  void bertTokenizersTakeLowerCaseFromTheirConfig(@TempDir Path folder) throws IOException {
    Files.copy(BERT.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertTokenizer\", \"do_lower_case\": true}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("A").ids()).containsExactly(2, 68, 3);
    }
  }

  @Test
  void aFolderWithAVocabularyAloneHasATokenizer(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\n##s\n");
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\": \"bert\", \"transformers_version\": \"4.57.0\"}");
    try (Tokenizer tokenizer = Tokenizer.open(folder)) {
      assertThat(tokenizer.encode("HELLOs x").ids()).containsExactly(2, 5, 6, 1, 3);
    }
  }

  @Test
  void aClassThatNeedsADictionaryIsNamedAndTheWayThatIsLeft(@TempDir Path folder)
      throws IOException {
    Files.writeString(folder.resolve("vocab.txt"), "[PAD]\n[UNK]\n");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"tokenizer_class\": \"BertJapaneseTokenizer\", \"word_tokenizer_type\": \"mecab\"}");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("MeCab")
        .hasMessageContaining("token ids");
  }

  @Test
  void aDamagedTokenizerIsTheFoldersFaultAndSaysWhereItWasFound(@TempDir Path folder)
      throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"), "{\"model\": {\"type\": \"BPE\", \"vocab\": [");
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InvalidCheckpointException.class)
        .hasRootCauseInstanceOf(TokenizerException.class);
  }

  @Test
  void aFolderWithoutTokenizerNamesTheFolder(@TempDir Path folder) {
    assertThatThrownBy(() -> Tokenizer.open(folder))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no tokenizer.json")
        .hasMessageContaining(folder.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "{\"version\": 1", "\0\0\0"})
  void aTokenizerThatIsNoneIsAnError(String json) {
    assertThatThrownBy(
            () -> Tokenizer.of(json.getBytes(StandardCharsets.UTF_8), Optional.empty(), "a file"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a file");
  }

  @Test
  void aBrokenConfigNamesTheLine() throws IOException {
    byte[] json = Files.readAllBytes(BERT.resolve("tokenizer.json"));
    assertThatThrownBy(
            () ->
                Tokenizer.of(
                    json, Optional.of("{\n\"a\": }".getBytes(StandardCharsets.UTF_8)), "a file"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("a file (tokenizer_config.json), line 2");
  }

  @Test
  void readsTheLimitAndThePadTokenOfTheConfig() throws IOException {
    try (Tokenizer smollm = Tokenizer.open(SMOLLM);
        Tokenizer bert = Tokenizer.open(BERT)) {
      assertThat(smollm.maxLength()).isEmpty();
      assertThat(bert.maxLength()).hasValue(64);
      assertThat(smollm.padId()).hasValue(49152);
      assertThat(bert.padId()).hasValue(0);
      assertThat(bert.padsLeft()).isFalse();
    }
  }

  @Test
  void closesOnceAndSaysSoAfterwards() throws IOException {
    Tokenizer tokenizer = Tokenizer.open(BERT);
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("this tokenizer is closed");
  }

  private static List<Map<?, ?>> recorded(Path file) throws IOException {
    byte[] json = ("{\"all\":" + Files.readString(file) + "}").getBytes(StandardCharsets.UTF_8);
    List<?> all =
        (List<?>) java.util.Objects.requireNonNull(Json.parse(json, file.toString()).get("all"));
    return all.stream().<Map<?, ?>>map(one -> (Map<?, ?>) one).toList();
  }

  private static int[] ints(@org.jspecify.annotations.Nullable Object list) {
    return ((List<?>) java.util.Objects.requireNonNull(list))
        .stream().mapToInt(number -> ((Number) number).intValue()).toArray();
  }
}
