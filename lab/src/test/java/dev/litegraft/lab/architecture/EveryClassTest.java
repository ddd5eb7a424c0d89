package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.json.Json;
import dev.litegraft.lab.diagnosis.faults.VariantModel;
import dev.litegraft.lab.reference.PlainLayers;
import dev.litegraft.model.Model;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.TokenRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A small case of every class of every family that has no larger one: reference and file answer
 * what transformers answers.
 */
class EveryClassTest {
  private static final Path CLASSES =
      Path.of("..", "converter", "src", "test", "resources", "golden", "classes");
  private static final float TOLERANCE = (float) GoldenAnswers.FILE_TOLERANCE;

  @TempDir Path scratch = Path.of("");

  static List<String> classes() throws IOException {
    try (Stream<Path> folders = Files.list(CLASSES)) {
      return folders.map(folder -> String.valueOf(folder.getFileName())).sorted().toList();
    }
  }

  /**
   * An input and its recorded answer.
   *
   * @param answer the numbers of the attended tokens, where every token has some
   */
  private record Recorded(String name, TokenRow row, float[] answer) {
    static Recorded of(Map<?, ?> json) {
      int[] ids = whole(json.get("input_ids"));
      int[] mask = whole(json.get("attention_mask"));
      List<Double> numbers = new ArrayList<>();
      List<?> answer = (List<?>) json.get("answer");
      boolean everyToken = answer != null && answer.get(0) instanceof List;
      for (int i = 0; answer != null && i < answer.size(); i++) {
        if (!everyToken || mask[i] == 1) {
          flatten(answer.get(i), numbers);
        }
      }
      float[] all = new float[numbers.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = numbers.get(i).floatValue();
      }
      return new Recorded(
          String.valueOf(json.get("name")), new TokenRow(ids, mask, new int[ids.length]), all);
    }

    private static int[] whole(@Nullable Object json) {
      return json instanceof List<?> list
          ? list.stream().mapToInt(x -> ((Number) x).intValue()).toArray()
          : new int[0];
    }

    private static void flatten(@Nullable Object json, List<Double> into) {
      if (json instanceof List<?> list) {
        list.forEach(x -> flatten(x, into));
      } else if (json instanceof Number number) {
        into.add(number.doubleValue());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("classes")
  void answersAreThoseOfTransformers(String name) throws IOException {
    Path folder = CLASSES.resolve(name);
    Map<String, @Nullable Object> json =
        Json.parse(Files.readAllBytes(folder.resolve("expected.json")), name);
    Path file = scratch.resolve("out.tflite");
    Converter.of(folder)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32))
        .convert(file);
    try (Checkpoint checkpoint = Architectures.open(folder);
        RawModel raw = RawModel.open(file)) {
      Model model = Model.of(checkpoint);
      assertThat(model.hfClass()).isEqualTo(name);
      VariantModel reference = VariantModel.of(model);
      List<?> inputs = json.get("inputs") instanceof List<?> list ? list : List.of();
      assertThat(inputs).isNotEmpty();
      for (Object input : inputs) {
        Recorded one = Recorded.of((Map<?, ?>) input);
        assertThat(reference.answers(PlainLayers.of(1), List.of(one.row()))[0])
            .as("reference, " + one.name())
            .containsExactly(one.answer(), within(TOLERANCE));
        int[] types = model.takesTokenTypes() ? one.row().types() : null;
        float[] answer = raw.answer(one.row().ids(), one.row().mask(), types).values();
        assertThat(model.task().everyToken() ? VariantModel.attended(answer, one.row()) : answer)
            .as("file, " + one.name())
            .containsExactly(one.answer(), within(TOLERANCE));
      }
    }
  }
}
