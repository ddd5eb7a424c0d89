package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.Pooling;
import dev.litegraft.runtime.Recorded.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With the recorded {@code BertModel}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TextEmbedderTest {
  private static final int WIDTH = 48;

  private Path file = Path.of("");

  @BeforeAll
  void convert(@TempDir Path folder) throws IOException {
    file =
        Recorded.copy("bert-model-meanpool", folder).withWordPieces(pieces()).convert(Recorded.F32);
  }

  private static List<String> pieces() {
    return IntStream.range(0, 200).mapToObj(id -> id == 0 ? "[UNK]" : "w" + id).toList();
  }

  private static void assertRecorded(String key, ConversionOptions options, Path temporary)
      throws IOException {
    Recorded recorded = Recorded.copy("bert-model-meanpool", temporary);
    try (RawModel model = RawModel.open(recorded.convert(options))) {
      for (Row row : recorded.rows(key)) {
        assertThat(model.answer(row.ids(), row.mask(), row.types()).values())
            .as(row.name())
            .containsExactly(row.numbers(), within(Recorded.TOLERANCE));
      }
    }
  }

  @Test
  void meansAreTheRecordedOnes(@TempDir Path temporary) throws IOException {
    assertRecorded("mean_pooled", Recorded.F32.withPooling(Pooling.MEAN), temporary);
  }

  @Test
  void normalizedMeansAreTheRecordedOnes(@TempDir Path temporary) throws IOException {
    assertRecorded("mean_pooled_l2", Recorded.F32.withNormalize(true), temporary);
  }

  @Test
  void firstTokensAreTheRecordedOnes(@TempDir Path temporary) throws IOException {
    assertRecorded("cls", Recorded.F32.withPooling(Pooling.CLS), temporary);
  }

  @Test
  void lastTokensAndMaximaAreThoseOfTheRecordedStates(@TempDir Path temporary) throws IOException {
    for (Pooling pooling : List.of(Pooling.LAST, Pooling.MAX)) {
      Recorded recorded = Recorded.copy("bert-model-meanpool", temporary.resolve(pooling.id()));
      Path converted = recorded.convert(Recorded.F32.withPooling(pooling));
      try (RawModel model = RawModel.open(converted)) {
        for (Row row : recorded.rows("last_hidden_state")) {
          assertThat(model.answer(row.ids(), row.mask(), row.types()).values())
              .as("%s of %s", pooling, row.name())
              .containsExactly(pooled(row, pooling), within(Recorded.TOLERANCE));
        }
      }
    }
  }

  private static float[] pooled(Row row, Pooling pooling) {
    float[] pooled = new float[WIDTH];
    Arrays.fill(pooled, Float.NEGATIVE_INFINITY);
    for (int t = 0; t < row.ids().length; t++) {
      if (row.mask()[t] == 1) {
        float[] state = row.numbers(t);
        for (int i = 0; i < WIDTH; i++) {
          pooled[i] = pooling == Pooling.LAST ? state[i] : Math.max(pooled[i], state[i]);
        }
      }
    }
    return pooled;
  }

  @Test
  void aTextHasTheVectorOfItsTokens() throws IOException {
    try (TextEmbedder embedder = TextEmbedder.open(file)) {
      TextEmbedding answer = embedder.embed("w5 w17 w199");
      assertThat(answer.vector())
          .containsExactly(embedder.model().answer(new int[] {5, 17, 199}, null, null).values());
      assertThat(answer.vector()).hasSize(WIDTH);
      assertThat(answer.tokens()).isEqualTo(3);
      assertThat(answer.truncated()).isFalse();
      assertThat(answer.milliseconds()).isPositive();
      assertThat(answer.similarity(answer)).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void textsArePreparedAsSentenceTransformersDoes(@TempDir Path temporary) throws IOException {
    Recorded recorded =
        Recorded.copy("bert-model-meanpool", temporary)
            .withWordPieces(pieces())
            .with(
                "modules.json",
                """
                [{"path": "", "type": "sentence_transformers.models.Transformer"},
                 {"path": "pool", "type": "sentence_transformers.models.Pooling"}]
                """)
            .with(
                "config_sentence_transformers.json",
                "{\"prompts\": {\"query\": \"W9 \"}, \"default_prompt_name\": \"query\"}")
            .with("sentence_bert_config.json", "{\"do_lower_case\": true}");
    Files.createDirectories(temporary.resolve("bert-model-meanpool/pool"));
    recorded.with("pool/config.json", "{\"embedding_dimension\": 48, \"pooling_mode\": \"mean\"}");
    try (TextEmbedder embedder = TextEmbedder.open(recorded.convert(Recorded.F32));
        TextEmbedder plain = TextEmbedder.open(file)) {
      assertThat(embedder.embed("W5 w17").vector())
          .containsExactly(plain.embed("w9 w5 w17").vector());
      assertThat(embedder.embed(List.of("W5 w17")).get(0).vector())
          .isNotEqualTo(plain.embed("W5 w17").vector());
    }
  }

  @ParameterizedTest
  @CsvSource({"5.3.0, true", "5.4.0, false"})
  void theVersionThatSavedAnEmbedderSaysWhetherTextsAreStripped(
      String version, boolean strips, @TempDir Path temporary) throws IOException {
    // A tokenizer to which white space is words: nothing but the step before it takes any off.
    List<String> letters = new ArrayList<>(pieces());
    letters.set(1, " ");
    letters.set(2, "a");
    letters.set(3, " ");
    Recorded recorded =
        Recorded.copy("bert-model-meanpool", temporary)
            .withWordPieces(letters)
            .with(
                "modules.json",
                """
                [{"path": "", "type": "sentence_transformers.models.Transformer"},
                 {"path": "pool", "type": "sentence_transformers.models.Pooling"}]
                """)
            .with(
                "config_sentence_transformers.json",
                "{\"__version__\": {\"sentence_transformers\": \""
                    + version
                    + "\"},"
                    + " \"prompts\": {\"query\": \" a\"}, \"default_prompt_name\": \"query\"}");
    Files.createDirectories(temporary.resolve("bert-model-meanpool/pool"));
    recorded.with("pool/config.json", "{\"embedding_dimension\": 48, \"pooling_mode\": \"mean\"}");
    Path tokenizer = temporary.resolve("bert-model-meanpool/tokenizer.json");
    Files.writeString(
        tokenizer,
        Files.readString(tokenizer)
            .replace(
                "{\"type\": \"WhitespaceSplit\"}",
                "{\"type\": \"Split\", \"pattern\": {\"Regex\": \".\"},"
                    + " \"behavior\": \"Isolated\", \"invert\": false}"));
    try (TextEmbedder embedder = TextEmbedder.open(recorded.convert(Recorded.F32))) {
      // " a" + " a  "
      assertThat(embedder.embed(" a  ").tokens()).isEqualTo(strips ? 3 : 6);
    }
  }

  @Test
  void aPromptIsAskedForByItsName(@TempDir Path temporary) throws IOException {
    Recorded recorded =
        Recorded.copy("bert-model-meanpool", temporary)
            .withWordPieces(pieces())
            .with(
                "modules.json",
                """
                [{"path": "", "type": "sentence_transformers.models.Transformer"},
                 {"path": "pool", "type": "sentence_transformers.models.Pooling"}]
                """)
            .with(
                "config_sentence_transformers.json",
                "{\"prompts\": {\"query\": \"w9 \", \"document\": \"\"},"
                    + " \"default_prompt_name\": \"query\"}");
    Files.createDirectories(temporary.resolve("bert-model-meanpool/pool"));
    recorded.with("pool/config.json", "{\"embedding_dimension\": 48, \"pooling_mode\": \"mean\"}");
    try (TextEmbedder embedder = TextEmbedder.open(recorded.convert(Recorded.F32));
        TextEmbedder plain = TextEmbedder.open(file)) {
      assertThat(embedder.prompts()).containsEntry("query", "w9 ").containsEntry("document", "");
      assertThat(embedder.embed("w5", "document").vector())
          .containsExactly(plain.embed("w5").vector());
      assertThat(embedder.embed("w5", "query").vector())
          .containsExactly(embedder.embed("w5").vector());
      assertThatThrownBy(() -> embedder.embed("w5", "passage"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("there is no prompt \"passage\"; the file has query, document");
    }
  }

  @Test
  void listsAnswerInTheirOrder() throws IOException {
    try (TextEmbedder embedder = TextEmbedder.open(file)) {
      List<TextEmbedding> answers = embedder.embed(List.of("w5", "w17 w5"));
      assertThat(answers.get(0).vector()).containsExactly(embedder.embed("w5").vector());
      assertThat(answers.get(1).vector()).containsExactly(embedder.embed("w17 w5").vector());
      assertThat(embedder.embed(List.of())).isEmpty();
    }
  }

  @Test
  void badTextsAreCutReadOrRefused() throws IOException {
    try (TextEmbedder embedder = TextEmbedder.open(file)) {
      TextEmbedding cut = embedder.embed("w5 ".repeat(33_334));
      assertThat(cut.tokens()).isEqualTo(64);
      assertThat(cut.truncated()).isTrue();
      assertThat(cut.cut()).isPositive();
      assertThat(embedder.embed("w5 \uDE00").tokens()).isEqualTo(2);
      assertThatThrownBy(() -> embedder.embed(""))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("the text is empty");
      assertThatThrownBy(() -> embedder.embed(List.of("w5", " ")))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("text 2 of 2 has no token");
    }
  }

  @Test
  void anotherTaskNamesItsOwnCommand(@TempDir Path temporary) throws IOException {
    assertThatThrownBy(() -> TextClassifier.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the file gives embeddings of texts, and no labels")
        .hasMessageContaining("litegraft embed, or TextEmbedder");
    assertThatThrownBy(() -> TokenClassifier.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("litegraft embed");
    Path foreign = new TinyModel().write(temporary.resolve("foreign.tflite"));
    assertThatThrownBy(() -> TextEmbedder.open(foreign))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the file is of a text classifier")
        .hasMessageContaining("litegraft classify, or TextClassifier");
  }

  @Test
  void aForeignFileWhoseOutputSaysNothingIsTakenAtItsWord(@TempDir Path temporary)
      throws IOException {
    Path foreign = new TinyModel().output("sentence").write(temporary.resolve("foreign.tflite"));
    RuntimeOptions options =
        RuntimeOptions.defaults()
            .withTokenizer(Path.of("src/test/resources/tokenizers/ko-nsmc-bert"));
    try (TextEmbedder embedder = TextEmbedder.open(foreign, options)) {
      assertThat(embedder.embed("영화").vector()).hasSize(2);
    }
  }

  @Test
  void threadsThatShareAnEmbedderGetTheVectorsOfOne() throws Exception {
    try (TextEmbedder embedder =
        TextEmbedder.open(file, RuntimeOptions.defaults().withInterpreters(2))) {
      float[] serial = embedder.embed("w5 w17 w199").vector();
      ExecutorService threads = Executors.newFixedThreadPool(8);
      Callable<TextEmbedding> call = () -> embedder.embed("w5 w17 w199");
      for (Future<TextEmbedding> one : threads.invokeAll(Collections.nCopies(50, call))) {
        assertThat(one.get().vector()).containsExactly(serial);
      }
      threads.shutdown();
    }
  }

  @Test
  void closesOnceAndSaysSoAfterwards() throws IOException {
    TextEmbedder embedder = TextEmbedder.open(file);
    embedder.close();
    embedder.close();
    assertThatThrownBy(() -> embedder.embed("w5")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theCosineIsThatOfTheAngle() {
    assertThat(Cosine.similarity(new float[] {1, 0}, new float[] {2, 0})).isEqualTo(1);
    assertThat(Cosine.similarity(new float[] {1, 0}, new float[] {0, 3})).isZero();
    assertThat(Cosine.similarity(new float[] {1, 0}, new float[] {-1, 0})).isEqualTo(-1);
    assertThat(Cosine.similarity(new float[] {1, 1}, new float[] {1, 0}))
        .isCloseTo(Math.sqrt(0.5), within(1e-12));
    assertThat(Cosine.similarity(new float[] {0, 0}, new float[] {1, 0})).isZero();
    assertThat(Cosine.norm(new float[] {3, 4})).isEqualTo(5);
    assertThatThrownBy(() -> Cosine.similarity(new float[2], new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 and 3");
  }
}
