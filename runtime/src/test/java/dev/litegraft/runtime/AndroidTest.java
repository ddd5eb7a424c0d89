package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.client.Client;
import dev.litegraft.client.KnownVersions;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.Confidence;
import dev.litegraft.quantize.Recipe;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Android's own runtime (2.16.1) answers through the classes of {@code litegraft-android.aar}:
 * every recorded checkpoint, and the examples with their texts. Skipped where {@code android/build}
 * has not prepared it.
 */
class AndroidTest {
  private static final Path ANDROID = Path.of("..", "android").toAbsolutePath().normalize();

  /** Activations that lie at the border of two steps are rounded to either. */
  private static final float INT8_STEPS = 1e-2f;

  private static ClientProcess phone;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    Path jars = ANDROID.resolve("target/run.classpath");
    assumeTrue(Files.isRegularFile(jars), "Android's runtime is not prepared: android/build");
    String path =
        Arrays.stream(Files.readString(jars).strip().split(":", -1))
            .map(jar -> ANDROID.resolve(jar).toString())
            .collect(Collectors.joining(File.pathSeparator));
    String libraries = ANDROID.resolve("target/native").toString();
    ProcessBuilder client =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Djava.library.path=" + libraries,
            "-cp",
            path,
            "dev.litegraft.android.DesktopRun");
    client.environment().put("LD_LIBRARY_PATH", libraries);
    phone = ClientProcess.of(client);
  }

  @AfterAll
  static void end() throws IOException {
    if (phone != null) {
      phone.close();
    }
  }

  static List<String> cases() throws IOException {
    return RecordedRows.cases();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAreThoseOfOurRuntime(String name) throws IOException {
    RecordedRows.requireSame(phone, Client.ANDROID, folder, name);
  }

  @Test
  void itKnowsTheOperatorsThatItIsSaidToKnowAndNoNewerOnes() throws IOException {
    Map<String, Integer> known = KnownVersions.of(Client.ANDROID);
    assertThat(known).hasSizeGreaterThan(150);
    assertThat(loads(known)).isTrue();
    for (Map.Entry<String, Integer> one : known.entrySet()) {
      assertThat(loads(Map.of(one.getKey(), one.getValue() + 1))).as(one.toString()).isFalse();
    }
    for (String name : KnownVersions.of(Client.WEB).keySet()) {
      if (!known.containsKey(name)) {
        assertThat(loads(Map.of(name, 1))).as(name).isFalse();
      }
    }
  }

  private boolean loads(Map<String, Integer> versions) throws IOException {
    return phone.loads(OperatorFile.write(folder.resolve("operators.tflite"), versions));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ko-movie-reviews", "ko-movie-reviews-bert"})
  void everyLabelOfTheExamplesIsOurs(String example) throws IOException {
    Path file = folder.resolve("model.tflite");
    Converter.of(Path.of("..", "examples", example))
        .withOptions(ConversionOptions.defaults().withClient(Client.ANDROID))
        .convert(file);
    try (TextClassifier classifier = TextClassifier.open(file)) {
      List<String> texts =
          Files.readAllLines(Path.of("src/test/resources/clients/texts.txt")).stream()
              .filter(text -> classifier.tokenizer().encode(text).length() > 0)
              .toList();
      assertThat(texts).hasSizeGreaterThan(70);
      Map<String, @Nullable Object> asked = new LinkedHashMap<>();
      asked.put("file", file.toString());
      asked.put("texts", texts);
      Map<String, ?> answered = phone.ask(asked);
      List<?> labels = (List<?>) Objects.requireNonNull(answered.get("labels"));
      List<?> answers = (List<?>) Objects.requireNonNull(answered.get("answers"));
      assertThat(labels).hasSize(texts.size());
      for (int i = 0; i < texts.size(); i++) {
        Classification expected = classifier.classify(texts.get(i));
        assertThat(labels.get(i)).as(texts.get(i)).isEqualTo(expected.label());
        List<?> logits = (List<?>) answers.get(i);
        for (int k = 0; k < logits.size(); k++) {
          assertThat(((Number) logits.get(k)).floatValue())
              .as(texts.get(i))
              .isCloseTo(expected.logits().get(k), within(INT8_STEPS));
        }
      }
    }
  }

  static List<Recipe> recipes() {
    return Recipe.all();
  }

  /** What a client cannot open is not written, and what is written it answers. */
  @ParameterizedTest
  @MethodSource("recipes")
  void everyRecipeIsRefusedOrAnswersAsInOurRuntime(Recipe recipe) throws IOException {
    Set<Recipe> known = Set.of(Recipe.F32, Recipe.DYNAMIC_WI8T_AFP32);
    for (String example : List.of("ko-movie-reviews", "ko-movie-reviews-bert")) {
      Path file = folder.resolve(example + ".tflite");
      Converter converter =
          Converter.of(Path.of("..", "examples", example))
              .withOptions(
                  ConversionOptions.defaults()
                      .withClient(Client.ANDROID)
                      .withRecipe(recipe)
                      .withLengths(List.of(RecordedRows.TOKENS)));
      try {
        converter.convert(file);
      } catch (InvalidRequestException e) {
        assertThat(known).as(e.getMessage()).doesNotContain(recipe);
        assertThat(e).hasMessageContaining("would not run in");
        continue;
      }
      try (RawModel model = RawModel.open(file)) {
        TokenRow row = RecordedRows.full();
        assertThat(phone.answer(file, List.of(row), model.takesTokenTypes()).get(0))
            .as(example)
            .containsExactly(model.answer(row).values(), within(INT8_STEPS));
      }
    }
  }

  @Test
  void probabilitiesAreFittedThereTooAndLogitsAreNot() throws IOException {
    Confidence confidence = new Confidence(2, List.of(0.0, -0.75), List.of());
    ConversionOptions options =
        ConversionOptions.defaults().withRecipe(Recipe.F32).withClient(Client.ANDROID);
    Path example = Path.of("..", "examples", "ko-movie-reviews-bert");
    Path plain = folder.resolve("plain.tflite");
    Path fitted = folder.resolve("fitted.tflite");
    Converter.of(example).withOptions(options).convert(plain);
    Converter.of(example).withOptions(options.withConfidence(confidence)).convert(fitted);
    List<String> texts = List.of("정말 재미있어요", "최악의 영화", "그저 그래요", "한편의 반미영화");
    Map<String, ?> before = phone.ask(Map.of("file", plain.toString(), "texts", texts));
    Map<String, ?> after = phone.ask(Map.of("file", fitted.toString(), "texts", texts));
    assertThat(after.get("answers")).isEqualTo(before.get("answers"));
    List<?> labels = (List<?>) Objects.requireNonNull(after.get("labels"));
    for (int i = 0; i < texts.size(); i++) {
      List<Double> logits = numbers(after, "answers", i);
      List<Double> probabilities = numbers(after, "probabilities", i);
      double z = (logits.get(1) - logits.get(0)) / 2 - 0.75;
      assertThat(probabilities.get(1)).isCloseTo(1 / (1 + Math.exp(-z)), within(1e-12));
      assertThat(probabilities).isNotEqualTo(numbers(before, "probabilities", i));
      assertThat(labels.get(i)).isEqualTo(z > 0 ? "긍정" : "부정");
    }
  }

  private static List<Double> numbers(Map<String, ?> told, String name, int row) {
    List<?> rows = (List<?>) Objects.requireNonNull(told.get(name));
    return ((List<?>) rows.get(row)).stream().map(n -> ((Number) n).doubleValue()).toList();
  }
}
