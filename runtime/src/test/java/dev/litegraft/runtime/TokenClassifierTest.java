package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.runtime.Recorded.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the recorded {@code BertForTokenClassification}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenClassifierTest {
  private static final Path BERT = Path.of("src/test/resources/tokenizers/ko-nsmc-bert");

  /** The logits are recorded ones times 16, and {@link Recorded#TOLERANCE} with them. */
  private static final double SCORES = 16 * Recorded.TOLERANCE;

  private static final int WORDS = 300;

  /** The ids of the recorded text of 16 tokens that go on with a word in the test's tokenizer. */
  private static final List<Integer> SUBWORDS = List.of(37, 36, 258, 212, 203, 114);

  private static final String TEXT =
      "w222 w020w037w036 w110w258 w186 w139 w127w212 w094w203 w108 w005w114 w295";

  private Path spans = Path.of("");

  @BeforeAll
  void convert(@TempDir Path folder) throws IOException {
    spans = withSpans(folder);
  }

  /** Answers that differ between tokens: the recorded logits, 16-fold, moved to about zero. */
  private static Path withSpans(Path folder) throws IOException {
    List<String> pieces =
        IntStream.range(0, WORDS)
            .mapToObj(
                id -> (SUBWORDS.contains(id) ? "##" : "") + String.format(Locale.ROOT, "w%03d", id))
            .map(piece -> piece.equals("w000") ? "[UNK]" : piece)
            .toList();
    return Recorded.copy("bert-tokencls", folder)
        .scaled("classifier.weight", 16)
        .scaled("classifier.bias", 16, -4.3f, 8.7f, -55.2f, -4.5f, -2.7f)
        .configured("LABEL_0", "O")
        .configured("LABEL_1", "B-PER")
        .configured("LABEL_2", "I-PER")
        .configured("LABEL_3", "B-LOC")
        .configured("LABEL_4", "I-LOC")
        .withWordPieces(pieces)
        .convert(Recorded.F32);
  }

  @Test
  void everyRecordedTokenThatIsAttendedHasItsLogits(@TempDir Path temporary) throws IOException {
    Recorded recorded = Recorded.copy("bert-tokencls", temporary);
    try (RawModel model = RawModel.open(recorded.convert(Recorded.F32))) {
      for (Row row : recorded.rows("logits")) {
        RawOutput answer = model.answer(row.ids(), row.mask(), row.types());
        assertThat(answer.shape()).containsExactly(1, row.ids().length, 5);
        for (int t = 0; t < row.ids().length; t++) {
          if (row.mask()[t] == 1) {
            assertThat(Arrays.copyOfRange(answer.values(), 5 * t, 5 * t + 5))
                .as("%s, token %d", row.name(), t)
                .containsExactly(row.numbers(t), within(Recorded.TOLERANCE));
          }
        }
      }
    }
  }

  /** Worked out from the recorded float64 logits by the rules of the pipeline. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NONE    | I-PER 13-17 0.5776, I-LOC 18-22 0.7563, B-PER 22-26 0.5786, I-LOC 27-31 0.4841,"
            + " B-PER 32-36 0.7154, I-LOC 37-41 0.7801, B-PER 50-54 0.6521, B-PER 55-59 0.5077,"
            + " B-LOC 60-64 0.4395",
        "SIMPLE  | PER 13-17 0.5776, LOC 18-22 0.7563, PER 22-26 0.5786, LOC 27-31 0.4841,"
            + " PER 32-36 0.7154, LOC 37-41 0.7801, PER 50-54 0.6521, PER 55-59 0.5077,"
            + " LOC 60-64 0.4395",
        "FIRST   | LOC 18-31 0.6202, PER 32-36 0.7154, LOC 37-45 0.7801, PER 55-59 0.5077,"
            + " LOC 60-68 0.4395",
        "AVERAGE | LOC 18-31 0.4384, PER 32-36 0.7154, LOC 37-45 0.3906, PER 55-59 0.5077,"
            + " LOC 60-68 0.2584",
        "MAX     | LOC 18-31 0.6202, PER 32-36 0.7154, LOC 37-45 0.7801, PER 55-59 0.5077"
      })
  void spansAreThoseOfTheOriginalsLogits(Aggregation how, String expected) throws IOException {
    try (TokenClassifier classifier = TokenClassifier.open(spans)) {
      List<Entity> entities = classifier.classify(TEXT, how).entities();
      String[] wanted = expected.split(", ", -1);
      assertThat(entities).hasSize(wanted.length);
      for (int i = 0; i < wanted.length; i++) {
        Entity entity = entities.get(i);
        String[] parts = wanted[i].trim().split(" ", -1);
        assertThat(entity.label() + " " + entity.start() + "-" + entity.end())
            .isEqualTo(parts[0] + " " + parts[1]);
        assertThat(entity.score()).isCloseTo(Double.parseDouble(parts[2]), within(SCORES));
        assertThat(entity.text()).isEqualTo(TEXT.substring(entity.start(), entity.end()));
      }
    }
  }

  @Test
  void everyTokenHasItsLabelAndProbabilities() throws IOException {
    try (TokenClassifier classifier = TokenClassifier.open(spans)) {
      TokenClassification answer = classifier.classify(TEXT);
      assertThat(answer.tokens()).isEqualTo(16);
      assertThat(answer.truncated()).isFalse();
      assertThat(answer.milliseconds()).isPositive();
      assertThat(answer.labels()).hasSize(16);
      assertThat(answer.labels().get(4).label()).isEqualTo("I-LOC");
      for (TokenLabel token : answer.labels()) {
        assertThat(token.probabilities().stream().mapToDouble(p -> p).sum())
            .isCloseTo(1, within(1e-9));
        assertThat(token.score()).isEqualTo(token.probabilities().get(token.labelId()));
      }
    }
  }

  @Test
  void aLongTextIsCutToTheModelsLengthAndSaysSo() throws IOException {
    try (TokenClassifier classifier = TokenClassifier.open(spans)) {
      TokenClassification answer = classifier.classify("w222 ".repeat(20_000));
      assertThat(answer.tokens()).isEqualTo(64);
      assertThat(answer.labels()).hasSize(64);
      assertThat(answer.cut()).isPositive();
      assertThat(answer.truncated()).isTrue();
    }
  }

  @Test
  void listsAnswerInTheirOrderAndNameTheTextAtFault() throws IOException {
    try (TokenClassifier classifier = TokenClassifier.open(spans)) {
      List<String> texts = List.of("w005", TEXT);
      assertThat(classifier.classify(texts, Aggregation.SIMPLE))
          .extracting(TokenClassification::entities)
          .containsExactly(
              classifier.classify("w005").entities(), classifier.classify(TEXT).entities());
      assertThatThrownBy(() -> classifier.classify(List.of("w005", ""), Aggregation.NONE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("text 2 of 2 is empty");
    }
  }

  @Test
  void specialTokensAreNotLabelledAndBrokenTextKeepsItsPlaces(@TempDir Path temporary)
      throws IOException {
    Path file =
        Recorded.copy("bert-tokencls", temporary)
            .withTokenizer(BERT)
            .configured("LABEL_0", "O")
            .convert(Recorded.F32);
    try (TokenClassifier classifier = TokenClassifier.open(file)) {
      TokenClassification nothing = classifier.classify("");
      assertThat(nothing.tokens()).isEqualTo(2);
      assertThat(nothing.labels()).isEmpty();
      assertThat(nothing.entities()).isEmpty();

      String broken = "a\uD83D 가\uD83D\uDE00 각";
      List<TokenLabel> labels = classifier.classify(broken).labels();
      assertThat(labels)
          .allSatisfy(
              token -> assertThat(broken.substring(token.start(), token.end())).isNotBlank());
      TokenLabel last = labels.get(labels.size() - 1);
      assertThat(broken.substring(last.start(), last.end())).isEqualTo("각");
    }
  }

  @Test
  void staticLengthsGiveTheSpansOfTheTextAlone(@TempDir Path temporary) throws IOException {
    Path dynamic =
        Recorded.copy("bert-tokencls", temporary.resolve("dynamic"))
            .withTokenizer(BERT)
            .convert(Recorded.F32);
    Path fixed =
        Recorded.copy("bert-tokencls", temporary.resolve("static"))
            .withTokenizer(BERT)
            .convert(Recorded.F32.withLengths(List.of(32)));
    try (TokenClassifier one = TokenClassifier.open(dynamic);
        TokenClassifier other = TokenClassifier.open(fixed)) {
      List<TokenLabel> expected = one.classify("가 각 간 a b").labels();
      List<TokenLabel> padded = other.classify("가 각 간 a b").labels();
      assertThat(padded).hasSameSizeAs(expected).hasSize(5);
      for (int i = 0; i < 5; i++) {
        assertThat(padded.get(i).labelId()).isEqualTo(expected.get(i).labelId());
        assertThat(padded.get(i).score())
            .isCloseTo(expected.get(i).score(), within((double) Recorded.TOLERANCE));
      }
    }
  }

  @Test
  void anotherTaskNamesItsOwnCommand() {
    assertThatThrownBy(() -> TextClassifier.open(spans))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the file is of a token classifier")
        .hasMessageContaining("litegraft classify, or TokenClassifier");
    assertThatThrownBy(() -> TextEmbedder.open(spans))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the file is of a token classifier");
  }

  @Test
  void closesOnceAndSaysSoAfterwards() throws IOException {
    TokenClassifier classifier = TokenClassifier.open(spans);
    classifier.close();
    classifier.close();
    assertThatThrownBy(() -> classifier.classify("w005"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
