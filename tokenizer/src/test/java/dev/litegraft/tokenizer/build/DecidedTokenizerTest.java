package dev.litegraft.tokenizer.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tokenizer.oracle.NativeTokenizer;
import dev.litegraft.tokenizer.oracle.NeedsOracle;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against what transformers 4.57 and 5.18 built of the same folders: record_build.py. */
class DecidedTokenizerTest {
  private static final String WORDS =
      "{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\"##\","
          + "\"max_input_chars_per_word\":100,\"vocab\":{\"[PAD]\":0,\"[UNK]\":1,\"[CLS]\":2,"
          + "\"[SEP]\":3,\"[MASK]\":4,\"a\":5}}";
  private static final String TOKENIZER =
      "{\"version\":\"1.0\",\"added_tokens\":[],\"normalizer\":{\"type\":\"BertNormalizer\","
          + "\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":null,"
          + "\"lowercase\":false},\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},"
          + "\"post_processor\":null,\"decoder\":null,\"model\":"
          + WORDS
          + "}";

  /** Classes of models that translate. */
  private static final Pattern NOT_FOLLOWED =
      Pattern.compile("pieces-(mbart|pegasus|xglm|rembert).*|spm-rules-(big_bird|mbart|rembert).*");

  /** CodeLlama's library fills in between two texts, which no template says. */
  private static final Pattern PAIRS_OF_CODE = Pattern.compile(".*CodeLlama.*|code_llama.*");

  /**
   * The file says otherwise what the library keeps outside of it: special tokens that are to be
   * split; tokens that are looked for as another normalizer writes them. The ids are the same.
   */
  private static final Pattern SAID_OTHERWISE =
      Pattern.compile("added-7|added-json-only|normalized-bert-0|normalized-bert-lower-1");

  static Stream<RecordedCase> four() throws IOException {
    return built(4);
  }

  static Stream<RecordedCase> five() throws IOException {
    return built(5);
  }

  private static Stream<RecordedCase> built(int version) throws IOException {
    List<RecordedCase> cases = RecordedCase.of(version);
    assertThat(cases).hasSizeGreaterThan(400);
    return cases.stream()
        .filter(one -> !one.libraryFailed() && one.json().containsKey("parts"))
        .filter(one -> !NOT_FOLLOWED.matcher(one.id()).matches())
        .filter(one -> version == 5 || !SAID_OTHERWISE.matcher(one.id()).matches())
        .filter(one -> !one.id().equals("added-7"));
  }

  @ParameterizedTest
  @MethodSource("four")
  void asVersion4BuildsIt(RecordedCase one) throws IOException {
    assertThat(one.differences(DecidedTokenizer.of(one.files()))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("five")
  void asVersion5BuildsIt(RecordedCase one) throws IOException {
    assertThat(one.differences(DecidedTokenizer.of(one.files()))).isEmpty();
  }

  @NeedsOracle
  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void theNativeTokenizerMakesTheLibrarysIdsOfIt(int version) throws IOException {
    List<String> wrong = new ArrayList<>();
    int rows = 0;
    for (RecordedCase one : RecordedCase.of(version)) {
      if (one.libraryFailed() || NOT_FOLLOWED.matcher(one.id()).matches()) {
        continue;
      }
      DecidedTokenizer decided = DecidedTokenizer.of(one.files());
      String json = new String(decided.tokenizerJson().orElseThrow(), StandardCharsets.UTF_8);
      try (NativeTokenizer tokenizer = NativeTokenizer.of(json)) {
        for (RecordedCase.Row row : one.rows()) {
          if (row.pair() != null && PAIRS_OF_CODE.matcher(one.id()).matches()) {
            continue;
          }
          NativeTokenizer.Answer answer =
              row.pair() == null
                  ? tokenizer.encode(row.text(), true)
                  : tokenizer.encode(row.text(), row.pair(), true);
          rows++;
          if (!row.isMetBy(answer)) {
            wrong.add(one.id() + " " + row.text() + " / " + row.pair());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(rows).isGreaterThan(3000);
  }

  @Test
  void classesThatAreNotFollowedAreDoubtedAloud() throws IOException {
    for (int version : List.of(4, 5)) {
      for (RecordedCase one : RecordedCase.of(version)) {
        if (one.id().startsWith("pieces-mbart-MBart")) {
          assertThat(DecidedTokenizer.of(one.files()).notes())
              .anyMatch(note -> note.contains("MBartTokenizer") && note.contains("not known here"));
        }
      }
    }
  }

  @Test
  void foldersWithoutAnyTokenizerSaySo() {
    DecidedTokenizer decided =
        DecidedTokenizer.of(folder("config.json", "{\"model_type\":\"bert\"}"));
    assertThat(decided.tokenizerJson()).isEmpty();
    assertThat(decided.absence().orElseThrow().what()).contains("no tokenizer.json");
  }

  @Test
  void aVocabularyFileWithOtherTokensIsNamed() {
    DecidedTokenizer decided =
        DecidedTokenizer.of(
            folder(
                "tokenizer.json", TOKENIZER,
                "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nzz\n",
                "config.json", "{\"model_type\":\"bert\",\"transformers_version\":\"4.40.0\"}"));
    assertThat(decided.notes())
        .anyMatch(
            note -> note.contains("vocab.txt has 1 of its 6 tokens") && note.contains("was taken"));
  }

  @Test
  void specialTokensThatAreToBeSplitAreNotFoundInTexts() throws IOException {
    RecordedCase one =
        RecordedCase.of(4).stream().filter(c -> c.id().equals("added-7")).findFirst().orElseThrow();
    String json =
        new String(
            DecidedTokenizer.of(one.files()).tokenizerJson().orElseThrow(), StandardCharsets.UTF_8);
    assertThat(json).contains("\"added_tokens\":[]").contains("\"[CLS]\":2");
  }

  @Test
  void theConfigSaysWhatTheSettingsSay() {
    DecidedTokenizer decided =
        DecidedTokenizer.of(
            folder(
                "tokenizer.json",
                TOKENIZER.replace(
                    "{\"type\":\"BertPreTokenizer\"}",
                    "{\"type\":\"ByteLevel\",\"add_prefix_space\":true,\"trim_offsets\":true}"),
                "tokenizer_config.json",
                "{\"tokenizer_class\":\"TokenizersBackend\",\"padding_side\":\"left\","
                    + "\"model_max_length\":77,\"pad_token\":\"[PAD]\"}",
                "config.json",
                "{\"transformers_version\":\"5.16.1\"}"));
    assertThat(
            new String(decided.settings().orElseThrow().tokenizerConfig(), StandardCharsets.UTF_8))
        .contains(
            "\"tokenizer_class\":\"PreTrainedTokenizerFast\"",
            "\"model_max_length\":77",
            "\"padding_side\":\"left\"",
            "\"truncation_side\":\"right\"",
            "\"add_prefix_space\":true",
            "\"tokenizers\":\"0.23\"",
            "\"pad_token\":\"[PAD]\"");
  }

  private static TokenizerFiles folder(String... namesAndContents) {
    Map<String, byte[]> files = new HashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      files.put(namesAndContents[i], namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return TokenizerFiles.of(files, "folder");
  }

  private static boolean lowerCases(DecidedTokenizer decided) {
    return decided.settings().orElseThrow().lowerCases();
  }

  @Test
  void sentenceTransformersLowerCasesInFrontOfTheNormalizer() {
    String json = TOKENIZER.replaceAll("\"lowercase\": *true", "\"lowercase\": false");
    DecidedTokenizer decided = DecidedTokenizer.of(folder("tokenizer.json", json));
    DecidedTokenizer lowered = decided.lowerCased();
    assertThat(new String(lowered.tokenizerJson().orElseThrow(), StandardCharsets.UTF_8))
        .contains("\"normalizers\":[{\"type\":\"Lowercase\"}");
    assertThat(lowerCases(lowered)).isTrue();
    assertThat(lowered.lowerCased().tokenizerJson().orElseThrow())
        .isEqualTo(lowered.tokenizerJson().orElseThrow());
  }

  @Test
  void sentenceTransformersNamesTheVersionBeforeConfigJson() {
    DecidedTokenizer decided =
        DecidedTokenizer.of(
            folder(
                "tokenizer.json", TOKENIZER,
                "config.json", "{\"model_type\":\"bert\",\"transformers_version\":\"4.40.0\"}",
                "config_sentence_transformers.json",
                    "{\"__version__\":{\"sentence_transformers\":\"6.0.1\",\"transformers\":\"5.18.0\"}}"));
    assertThat(decided.settings().orElseThrow().library()).isEqualTo(5);
    assertThat(lowerCases(decided)).isTrue();
  }

  @Test
  void withoutAVersionFoursReadingIsTakenAndANoteSaysSo() {
    String config = "{\"tokenizer_class\":\"PreTrainedTokenizerFast\",\"cls_token\":\"[CLS]\"}";
    DecidedTokenizer decided =
        DecidedTokenizer.of(folder("tokenizer.json", TOKENIZER, "tokenizer_config.json", config));
    assertThat(decided.settings().orElseThrow().library()).isEqualTo(4);
    assertThat(decided.notes()).anyMatch(note -> note.contains("version 4's was taken"));
  }

  @Test
  void anAdaptersOwnTokenizerIsTaken() {
    TokenizerFiles base =
        folder(
            "tokenizer.json",
            TOKENIZER,
            "config.json",
            "{\"model_type\":\"bert\",\"transformers_version\":\"5.1.0\"}");
    TokenizerFiles own =
        folder(
            "tokenizer.json",
            TOKENIZER.replace("\"a\":5", "\"a\":5,\"b\":6"),
            "tokenizer_config.json",
            "{\"tokenizer_class\":\"BertTokenizer\",\"model_max_length\":9}");
    DecidedTokenizer decided = DecidedTokenizer.of(base, own);
    assertThat(decided.settings().orElseThrow().library()).isEqualTo(5);
    assertThat(decided.settings().orElseThrow().modelMaxLength()).hasValue(9);
    assertThat(DecidedTokenizer.of(base, folder("adapter_config.json", "{}")).settings())
        .hasValueSatisfying(settings -> assertThat(settings.modelMaxLength()).isEmpty());
  }

  @Test
  void aWordCutterThatNeedsADictionaryIsNamed() {
    DecidedTokenizer decided =
        DecidedTokenizer.of(
            folder(
                "vocab.txt", "[PAD]\n[UNK]\n",
                "tokenizer_config.json",
                    "{\"tokenizer_class\":\"BertJapaneseTokenizer\",\"word_tokenizer_type\":\"mecab\"}"));
    assertThat(decided.tokenizerJson()).isEmpty();
    assertThat(decided.absence().orElseThrow().what()).contains("MeCab");
    assertThat(decided.absence().orElseThrow().remedy()).contains("token ids");
  }

  /** What RoFormer's class saves cuts words as BERT does; the class itself does not. */
  @Test
  void aSavedTokenizerWithoutItsWordCutterIsNotTaken() throws IOException {
    byte[] json;
    try (InputStream in =
        Objects.requireNonNull(
            DecidedTokenizerTest.class.getResourceAsStream("/build/bases/bert/tokenizer.json"))) {
      json = in.readAllBytes();
    }
    DecidedTokenizer decided =
        DecidedTokenizer.of(
            TokenizerFiles.of(
                Map.of(
                    "tokenizer.json",
                    json,
                    "tokenizer_config.json",
                    "{\"tokenizer_class\":\"RoFormerTokenizer\"}".getBytes(StandardCharsets.UTF_8)),
                "roformer"));
    assertThat(decided.tokenizerJson()).isEmpty();
    assertThat(decided.absence().orElseThrow().what()).contains("jieba and its dictionary");
  }

  @Test
  void unknownKeysAreAccountedFor() {
    DecidedTokenizer decided =
        DecidedTokenizer.of(
            folder(
                "tokenizer.json", TOKENIZER,
                "tokenizer_config.json",
                    "{\"do_lower_case\":true,\"my_key\":1,\"chat_template\":\"x\"}",
                "config.json", "{\"model_type\":\"bert\",\"transformers_version\":\"4.40.0\"}"));
    assertThat(decided.keys())
        .containsExactlyInAnyOrder(
            new TokenizerKey("tokenizer_config.json", "do_lower_case", TokenizerKey.Use.READ),
            new TokenizerKey("tokenizer_config.json", "my_key", TokenizerKey.Use.UNKNOWN),
            new TokenizerKey("tokenizer_config.json", "chat_template", TokenizerKey.Use.HARMLESS));
  }
}
