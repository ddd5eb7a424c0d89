package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.client.Client;
import dev.litegraft.client.KnownVersions;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a browser answers: every recorded checkpoint, and the examples, in LiteRT.js. Skipped where
 * Node or the package is not there; {@code .ci/run} installs it where it can.
 */
class LiteRtJsTest {
  private static final String FOLDER = "litert-js";

  /** Activations that lie at the border of two steps are rounded to either. */
  private static final float INT8_STEPS = 1e-2f;

  private static ClientProcess browser;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> absence = ClientProcess.absence(FOLDER, "@litertjs/core");
    assumeTrue(absence.isEmpty(), absence::get);
    browser = ClientProcess.ofNode(FOLDER);
  }

  @AfterAll
  static void end() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  static List<String> cases() throws IOException {
    return RecordedRows.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAreThoseOfOurRuntime(String name) throws IOException {
    RecordedRows.requireSame(browser, Client.WEB, folder, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ko-movie-reviews", "ko-movie-reviews-bert"})
  void everyLabelOfTheExamplesInInt8IsOurs(String example) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(Path.of("..", "examples", example))
        .withOptions(ConversionOptions.defaults().withClient(Client.WEB).withLengths(List.of(64)))
        .convert(file);
    List<String> texts = Files.readAllLines(Path.of("src/test/resources/clients/texts.txt"));
    assertThat(texts).hasSizeGreaterThan(70);
    try (RawModel model = RawModel.open(file);
        Tokenizer tokenizer = Tokenizer.open(Path.of("..", "examples", example))) {
      List<TokenRow> rows = new ArrayList<>();
      for (String text : texts) {
        int[] ids = tokenizer.encode(text, null, 64).ids();
        if (ids.length > 0) {
          rows.add(TokenRow.of(ids).padded(64, tokenizer.padId().orElse(0), tokenizer.padsLeft()));
        }
      }
      List<float[]> answers = browser.answer(file, rows, model.takesTokenTypes());
      for (int i = 0; i < rows.size(); i++) {
        float[] expected = model.answer(rows.get(i)).values();
        assertThat(answers.get(i)).containsExactly(expected, within(INT8_STEPS));
        assertThat(best(answers.get(i))).isEqualTo(best(expected));
      }
    }
  }

  /** A refusal takes a second there: of the newer ones some are asked. */
  @Test
  void itKnowsTheOperatorsThatItIsSaidToKnow() throws IOException {
    Map<String, Integer> known = KnownVersions.of(Client.WEB);
    assertThat(known).hasSizeGreaterThan(150);
    assertThat(loads(known)).isTrue();
    for (String name : List.of("FULLY_CONNECTED", "EMBEDDING_LOOKUP", "ADD", "SOFTMAX")) {
      assertThat(loads(Map.of(name, known.getOrDefault(name, 0) + 1))).as(name).isFalse();
    }
    assertThat(known).doesNotContainKey("STABLEHLO_CONVOLUTION");
    assertThat(loads(Map.of("STABLEHLO_CONVOLUTION", 1))).isFalse();
  }

  private boolean loads(Map<String, Integer> versions) throws IOException {
    return browser.loads(OperatorFile.write(folder.resolve("operators.tflite"), versions));
  }

  static List<Recipe> recipes() {
    return Recipe.all();
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeAnswersAsInOurRuntime(Recipe recipe) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(Path.of("..", "examples", "ko-movie-reviews"))
        .withOptions(
            ConversionOptions.defaults()
                .withClient(Client.WEB)
                .withRecipe(recipe)
                .withLengths(List.of(RecordedRows.TOKENS)))
        .convert(file);
    try (RawModel model = RawModel.open(file)) {
      TokenRow row = RecordedRows.full();
      assertThat(browser.answer(file, List.of(row), model.takesTokenTypes()).get(0))
          .containsExactly(model.answer(row).values(), within(INT8_STEPS));
    }
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }
}
