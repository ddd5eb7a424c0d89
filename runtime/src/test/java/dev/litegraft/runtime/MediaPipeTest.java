package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.client.Client;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tflite.TfliteReader;
import dev.litegraft.tokenizer.mediapipe.MediaPipeTokenizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What MediaPipe answers in a browser to files that are converted for it. Skipped where Chromium or
 * the package is not there; {@code .ci/run} installs the package where it can.
 */
class MediaPipeTest {
  /** Sums in another order, in single precision. */
  private static final float ROUNDING = 1e-5f;

  /** Activations that lie at the border of two steps are rounded to either. */
  private static final float INT8_STEPS = 1e-2f;

  private static final Path EXAMPLE = Path.of("..", "examples", "ko-movie-reviews-bert");

  @TempDir private static Path profile;
  private static MediaPipe browser;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    Optional<String> absence = MediaPipe.absence();
    assumeTrue(absence.isEmpty(), absence::get);
    browser = MediaPipe.start(profile);
  }

  @AfterAll
  static void end() {
    if (browser != null) {
      browser.close();
    }
  }

  private static List<String> texts() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/clients/texts.txt"));
  }

  private static ConversionOptions options(Recipe recipe) {
    return ConversionOptions.defaults().withClient(Client.MEDIAPIPE).withRecipe(recipe);
  }

  @ParameterizedTest
  @ValueSource(strings = {"f32", "int8", "f16", "dynamic_wi8t_afp32", "int4"})
  void theExampleAnswersWithTheProbabilitiesOfClassify(String recipe) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(EXAMPLE).withOptions(options(Recipe.of(recipe))).convert(file);
    List<String> texts = texts();
    List<float[]> answers = browser.classify(file, texts);
    List<int[]> ids = ids(file, texts, 64);
    float most = recipe.startsWith("f") ? ROUNDING : INT8_STEPS;
    int same = 0;
    try (TextClassifier classifier = TextClassifier.open(file)) {
      for (int i = 0; i < texts.size(); i++) {
        int[] own = classifier.tokenizer().encode(texts.get(i), null, 64).ids();
        if (Arrays.equals(own, ids.get(i))) {
          same++;
          assertThat(answers.get(i))
              .as(texts.get(i))
              .containsExactly(floats(classifier.classify(texts.get(i))), within(most));
        }
      }
    }
    assertThat(same).isGreaterThan(65).isLessThan(texts.size());
  }

  /** So the tokenizer that {@code convert} follows is the client's own. */
  @Test
  void everyTextHasTheIdsThatWeSayTheClientGivesIt() throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(EXAMPLE).withOptions(options(Recipe.F32)).convert(file);
    List<String> texts = new ArrayList<>(texts());
    texts.addAll(
        List.of(
            "ABC ÀÉ Ⅳ ﬁ",
            "a\u00a0b\u2003c\u000bd\u001fe\u3000f",
            "a\u0000b\u00adc\u200bd",
            "$100 + €5 = £2^3 ~ `x` |y|",
            "𠀋𠮷野家 漢字㐀",
            "긴".repeat(33) + " " + "긴".repeat(34),
            "e\u0301 한 글",
            "[MASK] [UNK] ##a",
            "“quoted” — dash… ·¿¡"));
    List<float[]> answers = browser.classify(file, texts);
    List<int[]> ids = ids(file, texts, 64);
    try (RawModel model = RawModel.open(file)) {
      for (int i = 0; i < texts.size(); i++) {
        assertThat(answers.get(i))
            .as(texts.get(i))
            .containsExactly(model.answer(TokenRow.of(ids.get(i))).values(), within(ROUNDING));
      }
    }
  }

  private static List<int[]> ids(Path file, List<String> texts, int length) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file)) {
      String words = new String(reader.file("vocab.txt").orElseThrow(), StandardCharsets.UTF_8);
      MediaPipeTokenizer tokenizer = new MediaPipeTokenizer(words.lines().toList());
      return texts.stream().map(text -> tokenizer.encode(text, length)).toList();
    }
  }

  private static float difference(float[] one, float[] other) {
    float most = 0;
    for (int i = 0; i < one.length; i++) {
      most = Math.max(most, Math.abs(one[i] - other[i]));
    }
    return most;
  }

  private static float[] floats(Classification answer) {
    float[] floats = new float[answer.probabilities().size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = answer.probabilities().get(i).floatValue();
    }
    return floats;
  }

  @ParameterizedTest
  @CsvSource({
    "bert-seqcls, single_label_classification",
    "bert-seqcls, multi_label_classification",
    "bert-seqcls-1label-regression, regression",
    "distilbert-seqcls, single_label_classification",
    "electra-seqcls-bf16, single_label_classification",
    "squeezebert-seqcls, multi_label_classification",
    "mobilebert-seqcls, single_label_classification",
    "convbert-seqcls, single_label_classification",
    "ernie-seqcls, single_label_classification",
    "megatron-bert-seqcls, single_label_classification",
    "nomic-bert-seqcls, single_label_classification"
  })
  void everyFamilyAndProblemAnswersAsInOurRuntime(String name, String problem) throws IOException {
    Recorded checkpoint =
        Recorded.copy(name, folder)
            .with("tokenizer.json", BertTokens.json())
            .with("tokenizer_config.json", BertTokens.CONFIG);
    if (!problem.equals("regression")) {
      checkpoint.configured(
          "\"architectures\"", "\"problem_type\": \"" + problem + "\", \"architectures\"");
    }
    Path file = checkpoint.convert(options(Recipe.F32).withLengths(List.of(32)));
    List<String> texts = List.of("이 영화 정말 재미있어요!", "the plot was thin", "", "a b c");
    List<float[]> answers = browser.classify(file, texts);
    float most = 0;
    try (TextClassifier classifier = TextClassifier.open(file)) {
      for (int i = 0; i < texts.size(); i++) {
        Classification own = classifier.classify(texts.get(i));
        assertThat(answers.get(i)).as(texts.get(i)).containsExactly(floats(own), within(ROUNDING));
        assertThat(own.logits().isEmpty()).isNotEqualTo(problem.equals("regression"));
        most = Math.max(most, difference(answers.get(i), floats(own)));
      }
      ClientTable.add(Client.MEDIAPIPE, name, file, most);
    }
  }

  @Test
  void anEmbedderGivesTheVectorsOfEmbed() throws IOException {
    Path file =
        Recorded.copy("bert-model-meanpool", folder)
            .with("tokenizer.json", BertTokens.json())
            .with("tokenizer_config.json", BertTokens.CONFIG)
            .convert(options(Recipe.F32));
    List<String> texts = List.of("이 영화 정말 재미있어요!", "the plot was thin", "a");
    List<float[]> answers = browser.embed(file, texts);
    float most = 0;
    try (TextEmbedder embedder = TextEmbedder.open(file)) {
      for (int i = 0; i < texts.size(); i++) {
        float[] own = embedder.embed(texts.get(i)).vector();
        assertThat(answers.get(i)).as(texts.get(i)).containsExactly(own, within(ROUNDING));
        most = Math.max(most, difference(answers.get(i), own));
      }
      ClientTable.add(Client.MEDIAPIPE, "bert-model-meanpool", file, most);
    }
  }
}
