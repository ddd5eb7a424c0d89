package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every recorded checkpoint on LiteRT's built-in kernels: what a phone or a browser without XNNPACK
 * answers. Their memory is planned in another way, which has answered wrongly before.
 */
class BuiltInKernelsTest {
  private static final Path CASES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "cases");

  private static final int TOKENS = 16;

  /** Sums in another order. */
  private static final float ROUNDING = 2e-5f;

  /**
   * A step more or less of some inputs; five times as much where only one of both has zero points.
   */
  private static final float STEP = 4e-3f;

  @TempDir Path folder;

  static List<String> cases() throws IOException {
    try (Stream<Path> list = Files.list(CASES)) {
      List<String> names =
          list.map(path -> path.getFileName().toString())
              .filter(name -> !name.contains("causallm")) // which is there to be refused
              .sorted()
              .toList();
      assertThat(names).hasSizeGreaterThan(40);
      return names;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void answersAreThoseOfTheFastKernels(String name) throws IOException {
    int[] ids = new int[TOKENS];
    int[] mask = new int[TOKENS];
    Arrays.setAll(ids, i -> (i * 7 + 5) % 90 + 3);
    Arrays.fill(mask, 1);
    for (List<Integer> lengths : List.of(List.<Integer>of(), List.of(TOKENS))) {
      Path file = folder.resolve(lengths.size() + ".tflite");
      Converter.of(CASES.resolve(name))
          .withOptions(Recorded.F32.withLengths(lengths))
          .convert(file);
      try (RawModel model = RawModel.open(file)) {
        float[] fast = model.answer(ids, mask, null).values();
        float scale = 1;
        for (float number : fast) {
          scale = Math.max(scale, Math.abs(number));
        }
        assertThat(model.answerOfBuiltInKernels(ids, mask).values())
            .as(lengths.isEmpty() ? "dynamic length" : "static length")
            .containsExactly(fast, within(ROUNDING * scale));
      }
    }
  }

  /** Both round a layer's inputs to the same steps, but where sums in another order move them. */
  @ParameterizedTest
  @ValueSource(strings = {"dynamic_wi8_afp32", "dynamic_wi8t_afp32"})
  void roundedFilesAnswerAsOnTheFastKernels(String recipe) throws IOException {
    Path file = folder.resolve("int8.tflite");
    Converter.of(Path.of("..", "examples", "ko-movie-reviews-bert"))
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.of(recipe)))
        .convert(file);
    List<String> texts = Files.readAllLines(Path.of("src/test/resources/clients/texts.txt"));
    try (TextClassifier classifier = TextClassifier.open(file)) {
      RawModel model = classifier.model();
      for (String text : texts) {
        int[] ids = classifier.tokenizer().encode(text, null, 64).ids();
        int[] mask = new int[ids.length];
        Arrays.fill(mask, 1);
        assertThat(model.answerOfBuiltInKernels(ids, mask).values())
            .as(text)
            .containsExactly(model.answer(ids, mask, null).values(), within(STEP));
      }
    }
  }
}
