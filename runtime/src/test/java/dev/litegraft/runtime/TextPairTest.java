package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.runtime.Recorded.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the recorded {@code BertForSequenceClassification}, which reads token types. */
class TextPairTest {
  private static final Path BERT = Path.of("src/test/resources/tokenizers/ko-nsmc-bert");
  private static final Path SMOLLM = Path.of("src/test/resources/tokenizers/smollm-135m");

  @TempDir Path folder;

  @Test
  void everyRecordedTextHasItsLogitsTokenTypesIncluded() throws IOException {
    Recorded recorded = Recorded.copy("bert-seqcls", folder);
    try (RawModel model = RawModel.open(recorded.convert(Recorded.F32))) {
      int typed = 0;
      for (Row row : recorded.rows("logits")) {
        typed += row.types() == null ? 0 : IntStream.of(row.types()).sum();
        assertThat(model.answer(row.ids(), row.mask(), row.types()).values())
            .as(row.name())
            .containsExactly(row.numbers(), within(Recorded.TOLERANCE));
      }
      assertThat(typed).isPositive();
    }
  }

  @Test
  void theRecordedTextWithTokenTypesIsAPairOfTexts() throws IOException {
    Recorded recorded = Recorded.copy("bert-seqcls", folder);
    Row row =
        recorded.rows("logits").stream()
            .filter(one -> one.name().startsWith("token-types"))
            .findFirst()
            .orElseThrow();
    int[] types = java.util.Objects.requireNonNull(row.types());
    int first = (int) IntStream.of(types).filter(type -> type == 0).count();
    assertThat(IntStream.of(types).skip(first)).as("types").containsOnly(1);
    recorded.withWordPieces(
        IntStream.range(0, 600).mapToObj(id -> id == 0 ? "[UNK]" : "w" + id).toList());
    Path json = folder.resolve("bert-seqcls").resolve("tokenizer.json");
    Files.writeString(
        json,
        Files.readString(json)
            .replace(
                "\"post_processor\": null",
                """
                "post_processor": {"type": "TemplateProcessing", "special_tokens": {},
                  "single": [{"Sequence": {"id": "A", "type_id": 0}}],
                  "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                           {"Sequence": {"id": "B", "type_id": 1}}]}\
                """));
    try (TextClassifier classifier = TextClassifier.open(recorded.convert(Recorded.F32))) {
      Classification answer =
          classifier.classify(words(row.ids(), 0, first), words(row.ids(), first, types.length));
      float[] expected = row.numbers();
      for (int i = 0; i < expected.length; i++) {
        assertThat(answer.logits().get(i)).isCloseTo(expected[i], within(Recorded.TOLERANCE));
      }
      assertThat(answer.tokens()).isEqualTo(types.length);
    }
  }

  private static String words(int[] ids, int from, int to) {
    StringBuilder words = new StringBuilder();
    for (int i = from; i < to; i++) {
      words.append('w').append(ids[i]).append(' ');
    }
    return words.toString();
  }

  private Path bert() throws IOException {
    return Recorded.copy("bert-seqcls", folder).withTokenizer(BERT).convert(Recorded.F32);
  }

  @Test
  void aPairIsNotItsTextsBehindEachOtherNorTheOtherWayRound() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(bert())) {
      Classification pair = classifier.classify("가", "각");
      assertThat(pair.tokens()).isEqualTo(5);
      assertThat(classifier.classify("가 각").tokens()).isEqualTo(4);
      assertThat(pair.logits()).isNotEqualTo(classifier.classify("각", "가").logits());
      assertThat(classifier.classifyPairs(List.of(new TextPair("각", "가"), new TextPair("가", "각"))))
          .extracting(Classification::logits)
          .containsExactly(classifier.classify("각", "가").logits(), pair.logits());
    }
  }

  @Test
  void longPairsLoseTokensOfTheLongerTextFirst() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(bert())) {
      Classification one = classifier.classify("가 ".repeat(50_000), "각 간");
      assertThat(one.tokens()).isEqualTo(64);
      assertThat(one.cut()).isPositive();
      Classification kept = classifier.classify("가 ".repeat(59), "각 간");
      assertThat(kept.truncated()).isFalse();
      assertThat(one.logits()).isEqualTo(kept.logits());
      Classification halves = classifier.classify("가 ".repeat(100), "각 ".repeat(90));
      assertThat(halves.logits())
          .isEqualTo(classifier.classify("가 ".repeat(31), "각 ".repeat(30)).logits());
    }
  }

  @Test
  void emptyAndBrokenPairsAreTheirSpecialTokens() throws IOException {
    try (TextClassifier classifier = TextClassifier.open(bert())) {
      assertThat(classifier.classify("", "").tokens()).isEqualTo(3);
      assertThat(classifier.classify("가", "").tokens()).isEqualTo(4);
      assertThat(classifier.classify("가\uD83D", "\uDE00각").truncated()).isFalse();
    }
  }

  @Test
  void withoutATemplateForTwoTextsOneStandsBehindTheOther() throws IOException {
    Path file = new TinyModel().write(folder.resolve("model.tflite"));
    try (TextClassifier classifier =
        TextClassifier.open(file, RuntimeOptions.defaults().withTokenizer(SMOLLM))) {
      assertThat(classifier.tokenizer().takesPairs()).isFalse();
      int[] first = classifier.tokenizer().encode("a").ids();
      int[] second = classifier.tokenizer().encode("b").ids();
      assertThat(classifier.tokenizer().encode("a", "b").ids())
          .startsWith(first)
          .endsWith(second)
          .hasSize(first.length + second.length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"BertProcessing\", \"sep\": [\"a\", 1], \"cls\": [\"b\", 2]}",
        "{\"type\": \"RobertaProcessing\", \"sep\": [\"a\", 1], \"cls\": [\"b\", 2]}",
        "{\"type\": \"Sequence\", \"processors\": [{\"type\": \"ByteLevel\"},"
            + " {\"type\": \"TemplateProcessing\", \"pair\": [{\"Sequence\": {\"id\": \"A\"}},"
            + " {\"SpecialToken\": {\"id\": \"a\"}}, {\"Sequence\": {\"id\": \"B\"}}]}]}"
      })
  void templatesOfPairsAreFound(String processor) {
    assertThat(traits(processor).joinsPairs()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "{\"type\": \"ByteLevel\"}",
        "{\"type\": \"Sequence\", \"processors\": [{\"type\": \"ByteLevel\"}]}",
        "{\"type\": \"TemplateProcessing\", \"pair\": [{\"Sequence\": {\"id\": \"A\"}}]}",
        "{\"type\": \"TemplateProcessing\"}"
      })
  void whatHasNoPlaceForASecondTextTakesNone(String processor) {
    assertThat(traits(processor).joinsPairs()).isFalse();
  }

  /** With the model before and behind the post-processor. */
  private static TokenizerTraits traits(String processor) {
    String model =
        "\"model\": {\"type\": \"WordPiece\", \"vocab\": {\"a\": 1}, \"unk_token\": \"a\"}";
    TokenizerTraits before = parsed("{" + model + ", \"post_processor\": " + processor + "}");
    TokenizerTraits behind = parsed("{\"post_processor\": " + processor + ", " + model + "}");
    assertThat(before.joinsPairs()).isEqualTo(behind.joinsPairs());
    assertThat(before.unknownToken()).hasValue("a");
    return before;
  }

  private static TokenizerTraits parsed(String json) {
    return TokenizerTraits.of(json.getBytes(StandardCharsets.UTF_8), "a test");
  }

  @Test
  void tokenTypesAreLeftOutWhereTheTokenizerDoesNotGiveThem() throws IOException {
    byte[] json = Files.readAllBytes(BERT.resolve("tokenizer.json"));
    String config = "{\"model_input_names\": [\"input_ids\", \"attention_mask\"]}";
    try (Tokenizer tokenizer =
        Tokenizer.of(json, Optional.of(config.getBytes(StandardCharsets.UTF_8)), "a test")) {
      assertThat(tokenizer.encode("가", "각").typeIds()).containsOnly(0);
    }
  }
}
