package dev.litegraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.XnnpackDelegate.Work;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kernels of several threads that round inputs before a layer, as large models have them. */
@EnabledOnOs(OS.LINUX)
class RoundedApartTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "ko-movie-reviews, int8",
    "ko-movie-reviews, int4",
    "ko-movie-reviews, dynamic_wi4_afp32_b32",
    "ko-movie-reviews, f32",
    "ko-movie-reviews-bert, int8",
    "ko-movie-reviews-bert, dynamic_wi4_afp32_b64"
  })
  void theyReadWhatOneThreadPackedAndAnswerInItsBits(String example, String recipe)
      throws IOException {
    Path file = folder.resolve("model.tflite");
    ConversionOptions options = ConversionOptions.defaults().withRecipe(Recipe.of(recipe));
    Converter.of(Path.of("..", "examples", example)).withOptions(options).convert(file);
    Door door;
    try (TfliteReader reader = TfliteReader.open(file)) {
      door = Door.open(reader, false);
    }
    try (LiteRtModel model = LiteRtModel.open(file, FileIdentity.of(file), door, false)) {
      model.withWeights(Objects.requireNonNull(PackedWeights.shared()));
      try (LiteRtInterpreter one = LiteRtInterpreter.of(model, new Work(1, false));
          LiteRtInterpreter two = LiteRtInterpreter.of(model, new Work(2, true))) {
        TextSignature signature = one.signatures().get(0);
        for (int tokens : List.of(1, 7, 23, 64)) {
          int[] ids = new int[tokens];
          Arrays.setAll(ids, i -> 2 + i * 7);
          FilledRow row = FilledRow.of(TokenRow.of(ids));
          assertThat(two.run(signature, row).get(0).values())
              .isEqualTo(one.run(signature, row).get(0).values());
        }
      }
    }
  }

  @Test
  void onlySeveralThreadsOfLargeModelsDo() {
    boolean measured = System.getProperty("os.arch").equals("amd64");
    assertThat(Work.of(2, true)).isEqualTo(new Work(2, measured));
    assertThat(Work.of(2, false)).isEqualTo(new Work(2, false));
    assertThat(Work.of(1, true)).isEqualTo(new Work(1, false));
  }
}
