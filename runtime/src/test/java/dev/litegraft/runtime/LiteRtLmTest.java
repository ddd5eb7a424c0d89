package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.checkpoint.ReadAs;
import dev.litegraft.client.Client;
import dev.litegraft.facts.Pooling;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What LiteRT-LM's EmbeddingEngine answers to bundles. Skipped where Node or the package is not
 * there; {@code .ci/run} installs it where it can.
 */
class LiteRtLmTest {
  private static final Path BI_ENCODER =
      Path.of("..", "cli", "src", "test", "resources", "tasks", "bi-encoder", "model");

  private static final List<String> TEXTS =
      List.of(
          "a",
          "the movie is thin, but nothing else.",
          "a man is eating the thing",
          "in 2024 there were 12 of them!",
          "well-made and moving, the best thing in years - is it?",
          "");

  private static LiteRtLm engine;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> absence = LiteRtLm.absence();
    assumeTrue(absence.isEmpty(), absence::get);
    engine = LiteRtLm.start();
  }

  @AfterAll
  static void end() throws IOException {
    if (engine != null) {
      engine.close();
    }
  }

  private static ConversionOptions options(String recipe) {
    return ConversionOptions.defaults()
        .withClient(Client.LITERTLM)
        .withRecipe(Recipe.of(recipe))
        .withReadAs(ReadAs.EMBEDDER);
  }

  /**
   * Requires a cosine of {@code least} between the vectors of LiteRT-LM and of {@code embed}.
   *
   * @return how far the least is from 1
   */
  private static float agree(Path bundle, Path plain, double least) throws IOException {
    double furthest = 0;
    List<String> texts = new ArrayList<>(TEXTS);
    try (TextEmbedder ours = TextEmbedder.open(bundle);
        TextEmbedder usual = TextEmbedder.open(plain)) {
      int most = ours.model().maxLength().orElseThrow();
      // The engine averages the pieces of longer texts.
      texts.removeIf(
          text -> {
            int tokens = ours.tokenizer().encode(text).length();
            return tokens == 0 || tokens > most;
          });
      assertThat(texts).hasSizeGreaterThanOrEqualTo(4);
      LiteRtLm.Answered answered = engine.embed(bundle, texts);
      for (int i = 0; i < texts.size(); i++) {
        TextEmbedding own = ours.embed(texts.get(i));
        float[] client = answered.vectors().get(i);
        assertThat(answered.tokens().get(i)).as(texts.get(i)).isEqualTo(own.tokens());
        assertThat(Cosine.similarity(client, own.vector()))
            .as(texts.get(i))
            .isEqualTo(1, within(1 - least));
        assertThat(Cosine.similarity(client, usual.embed(texts.get(i)).vector()))
            .as(texts.get(i))
            .isEqualTo(1, within(1 - least));
        furthest = Math.max(furthest, 1 - Cosine.similarity(client, own.vector()));
      }
    }
    return (float) furthest;
  }

  @ParameterizedTest
  @CsvSource({"f32, 0.99999", "f16, 0.99999", "int8, 0.998", "int4, 0.998"})
  void aBertEmbedderHasTheVectorsOfEmbed(String recipe, double least) throws IOException {
    Path bundle = folder.resolve("model.litertlm");
    Path plain = folder.resolve("model.tflite");
    Converter.of(BI_ENCODER).withOptions(options(recipe)).convert(bundle);
    Converter.of(BI_ENCODER)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.of(recipe)))
        .convert(plain);
    note("bi-encoder", recipe, bundle, agree(bundle, plain, least));
  }

  private static void note(String name, String recipe, Path bundle, float furthest)
      throws IOException {
    if (recipe.equals("f32")) {
      ClientTable.add(Client.LITERTLM, name, bundle, furthest);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "xlm-roberta-seqcls-f16, unigram, MEAN, f32, 0.99999",
    "xlm-roberta-seqcls-f16, unigram, MEAN, int8, 0.998",
    "gemma3-text-model-bidirectional, characters, MEAN, f32, 0.99999",
    "gemma3-text-model-bidirectional, characters, MEAN, int8, 0.998",
    "qwen3-model-not-causal, bytes, LAST, f32, 0.99999",
    "qwen3-model-not-causal, bytes, LAST, int8, 0.998",
    "qwen2-model-not-causal, bytes, MEAN, f32, 0.99999",
    "mistral-model-not-causal, bytes, LAST, f32, 0.99999",
    "mpnet-model, unigram, CLS, f32, 0.99999",
    "eurobert-model, bytes, MEAN, f32, 0.99999",
    "nomic-bert-model, characters, MEAN, f32, 0.99999",
    "gte-model-without-types, unigram, CLS, f32, 0.99999"
  })
  void embeddersOfEveryKindOfTokenizerHaveTheVectorsOfEmbed(
      String name, String tokenizer, Pooling pooling, String recipe, double least)
      throws IOException {
    String json =
        switch (tokenizer) {
          case "unigram" -> SmallTokenizers.unigram();
          case "characters" -> SmallTokenizers.characters();
          default -> SmallTokenizers.bytes();
        };
    Recorded.copy(name, folder)
        .with("tokenizer.json", json)
        .with("tokenizer_config.json", SmallTokenizers.CONFIG);
    Path plain = folder.resolve("plain.tflite");
    Path bundle = folder.resolve("model.litertlm");
    Path source = folder.resolve(name);
    Converter.of(source).withOptions(options(recipe).withPooling(pooling)).convert(bundle);
    Converter.of(source)
        .withOptions(
            ConversionOptions.defaults()
                .withRecipe(Recipe.of(recipe))
                .withReadAs(ReadAs.EMBEDDER)
                .withPooling(pooling))
        .convert(plain);
    note(name, recipe, bundle, agree(bundle, plain, least));
  }
}
