package dev.litegraft.lab.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.quantize.CalibratedRecipe;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TextClassifier;
import dev.litegraft.tflite.Progress;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The example on some of its reviews. */
class CalibrationTest {
  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews");
  private static final int ROWS = 200;

  @TempDir static Path folder;

  private static List<String> reviews;
  private static List<double[]> exact;

  @BeforeAll
  static void ask() throws IOException {
    reviews =
        Files.readAllLines(EXAMPLE.resolve("test.tsv")).stream()
            .skip(1)
            .limit(ROWS)
            .map(line -> line.substring(0, line.indexOf('\t')))
            .toList();
    exact = answers(file(Recipe.F32));
  }

  private static Path file(Recipe recipe) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(EXAMPLE)
        .withOptions(ConversionOptions.defaults().withRecipe(recipe))
        .convert(file);
    return file;
  }

  private static List<double[]> answers(Path file) throws IOException {
    List<double[]> answers = new ArrayList<>();
    try (TextClassifier classifier = TextClassifier.open(file)) {
      for (String review : reviews) {
        answers.add(
            classifier.classify(review).probabilities().stream()
                .mapToDouble(Number::doubleValue)
                .toArray());
      }
    }
    return answers;
  }

  private static double divergence(Path file) throws IOException {
    List<double[]> answers = answers(file);
    double sum = 0;
    for (int i = 0; i < ROWS; i++) {
      for (int label = 0; label < 2; label++) {
        double p = exact.get(i)[label];
        sum += p * Math.log(p / answers.get(i)[label]);
      }
    }
    return sum / ROWS;
  }

  static Stream<Arguments> gains() {
    return Stream.of(
        Arguments.of(Recipe.DYNAMIC_WI8_AFP32, Rounding.SMOOTH, 0.95),
        Arguments.of(Recipe.DYNAMIC_WI8_AFP32, Rounding.GPTQ, 0.95),
        Arguments.of(Recipe.DYNAMIC_WI4_AFP32_B32, Rounding.GPTQ, 0.8));
  }

  @ParameterizedTest
  @MethodSource("gains")
  void aMethodThatIsBuiltInGains(Recipe recipe, Rounding rounding, double part) throws IOException {
    double plain = divergence(file(recipe));
    try (Calibration seen =
        Calibration.of(
            EXAMPLE,
            ConversionOptions.defaults(),
            CalibrationTexts.builtIn(),
            rounding,
            2,
            Progress.NONE)) {
      assertThat(seen.shortage(rounding)).isEmpty();
      Path file = file(seen.applied(recipe, rounding));
      assertThat(divergence(file)).isPositive().isLessThan(part * plain);
      try (TfliteReader reader = TfliteReader.open(file)) {
        ModelFacts facts = reader.facts().orElseThrow();
        assertThat(facts.find(ModelFacts.ROUNDING)).contains(rounding.word());
        assertThat(facts.find(ModelFacts.RECIPE)).contains(recipe.canonicalName());
      }
    }
  }

  @Test
  void wholeActivationsAnswerNearAndRunInFastKernels() throws IOException {
    ConversionOptions asked = ConversionOptions.defaults().withRecipe(Recipe.STATIC_WI8_AI8);
    try (Calibration seen =
        Calibration.of(
            EXAMPLE,
            asked.withLengths(List.of(16)),
            CalibrationTexts.builtIn(),
            Rounding.SMOOTH,
            2,
            Progress.NONE)) {
      ConversionOptions options = seen.staticInt8(EXAMPLE, asked, 2, Progress.NONE);
      Path file = folder.resolve("static.tflite");
      Converter.of(EXAMPLE).withOptions(options).convert(file);
      assertThat(divergence(file)).isPositive().isLessThan(1e-3);
      try (RawModel model = RawModel.open(file)) {
        assertThat(model.lengths()).containsExactly(128);
        assertThat(model.outsideFastKernels()).doesNotContain("FULLY_CONNECTED", "BATCH_MATMUL");
      }
      ConversionOptions kept =
          seen.staticInt8(
              EXAMPLE,
              asked
                  .withRecipe(Recipe.STATIC_WI8_AI8.keepingFloat("score"))
                  .withLengths(List.of(16)),
              2,
              Progress.NONE);
      assertThat(Converter.of(EXAMPLE).withOptions(kept).convert(file).keptInFloat())
          .containsExactly("score");
      assertThatThrownBy(
              () ->
                  seen.staticInt8(EXAMPLE, options.withLengths(List.of(16, 32)), 2, Progress.NONE))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("has one length, and [16, 32] are asked for");
    }
  }

  @Test
  void aRoundingThatThereIsNotIsRefusedWithThoseThatThereAre() {
    assertThatThrownBy(() -> Rounding.of("best"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("plain, mse, smooth, gptq");
  }

  @Test
  void leastErrorIsOfRowsInInt4AndReadsNoTexts() throws IOException {
    Path file = file(CalibratedRecipe.leastError(Recipe.DYNAMIC_WI4_AFP32));
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.facts().orElseThrow().find(ModelFacts.ROUNDING)).contains("mse");
    }
    assertThat(Rounding.of("mse").readsTexts()).isFalse();
    assertThatThrownBy(() -> CalibratedRecipe.leastError(Recipe.DYNAMIC_WI8_AFP32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("--rounding mse changes nothing of the recipe dynamic_wi8_afp32");
  }

  @Test
  void tooFewTextsAndTextsThatAreAllTheSameAreRefused() throws IOException {
    Path same = Files.writeString(folder.resolve("same.txt"), "the same\n".repeat(50));
    assertThatThrownBy(() -> CalibrationTexts.of(same))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("all 50 texts for calibration are the same")
        .hasMessageContaining("same.txt");
    Path few = Files.writeString(folder.resolve("few.tsv"), "text\na\nb\n");
    assertThatThrownBy(() -> CalibrationTexts.of(few))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(
            "there are 2 different texts for calibration, where 8 are the fewest");
  }

  @Test
  void textsThatHaveFewerTokensThanWhatIsFittedNeedsAreTold() throws IOException {
    List<String> nine = List.of("a", "b", "c", "d", "one", "two", "three", "four", "five", "five");
    Path file = Files.write(folder.resolve("nine.txt"), nine);
    try (Calibration seen =
        Calibration.of(
            EXAMPLE,
            ConversionOptions.defaults(),
            CalibrationTexts.of(file),
            Rounding.SMOOTH,
            2,
            Progress.NONE)) {
      assertThat(seen.shortage(Rounding.GPTQ).orElseThrow())
          .matches("the texts for calibration have \\d\\d tokens, and gptq needs \\d{3,}, .*");
      assertThat(seen.shortage(Rounding.SMOOTH).orElseThrow()).contains("smooth needs 512 ");
    }
  }

  @Test
  void filesThatAreNoTextsAreRefused() throws IOException {
    assertThatThrownBy(() -> CalibrationTexts.of(folder.resolve("none.txt")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no such file");
    Path latin =
        Files.write(
            folder.resolve("latin.txt"), "first\nnaïve\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> CalibrationTexts.of(latin))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not UTF-8")
        .hasMessageContaining("latin.txt, line 2");
    List<String> marked = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      marked.add((i == 0 ? "\uFEFF" : "") + "text " + i);
    }
    assertThat(
            CalibrationTexts.of(Files.write(folder.resolve("marked.txt"), marked))
                .texts()
                .get(0)
                .text())
        .isEqualTo("text 0");
    Path other = Files.writeString(folder.resolve("other.tsv"), "review\nx\n");
    assertThatThrownBy(() -> CalibrationTexts.of(other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("there is no column \"text\"; there are review");
  }

  @Test
  void textsOfAllPartsAreKeptAndPairsWithThem() throws IOException {
    StringBuilder rows = new StringBuilder("text\tpair\n");
    for (int i = 0; i < 10_000; i++) {
      rows.append("text ").append(i).append("\tpair ").append(i).append('\n');
    }
    CalibrationTexts texts =
        CalibrationTexts.of(Files.writeString(folder.resolve("pairs.tsv"), rows));
    assertThat(texts.texts()).hasSizeBetween(2000, 4096);
    assertThat(texts.texts().get(texts.texts().size() - 1).pair().orElseThrow())
        .startsWith("pair 99");
  }
}
