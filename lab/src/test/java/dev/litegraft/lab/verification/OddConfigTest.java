package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values of config.json that nobody expects, and that some checkpoints have. */
class OddConfigTest {
  private static final ConversionOptions F32 = ConversionOptions.defaults().withRecipe(Recipe.F32);

  @TempDir Path scratch = Path.of("");

  private Path folder(String golden, String text, String replacement) throws IOException {
    return Folders.copy(
        Folders.golden(golden),
        scratch.resolve(golden + Integer.toHexString(replacement.hashCode())),
        "config.json",
        text,
        replacement);
  }

  private float[] answer(Path folder, ConversionOptions options) throws IOException {
    Path file = scratch.resolve("model.tflite");
    VerifiedConversion made =
        VerifiedConversion.convert(
            Converter.of(folder).withOptions(options),
            Verification.of(folder, file).withThreads(1).asBrief(),
            file);
    assertThat(made.verification().orElseThrow().match()).isTrue();
    try (RawModel model = RawModel.open(file)) {
      return model.answer(new int[] {5, 17, 99}, null, null).values();
    }
  }

  /** The first Llama's −1: transformers looks for the last id that is not −1, which is the last. */
  @Test
  void aNegativePadTokenMeansNone() throws IOException {
    String golden = "llama-base-gqa-f32";
    String pad = "\"pad_token_id\": 0";
    float[] none = answer(folder(golden, pad, "\"pad_token_id\": null"), F32);
    Path minusOne = folder(golden, pad, "\"pad_token_id\": -1");
    assertThat(answer(minusOne, F32)).containsExactly(none);
    assertThat(answer(minusOne, F32.withLengths(List.of(16))).length).isEqualTo(none.length);
    assertThat(answer(folder("bert-seqcls", pad, "\"pad_token_id\": -1"), F32)).hasSize(2);
  }

  @Test
  void aPadTokenOutsideOfTheVocabularyNamesBothNumbers() throws IOException {
    Path folder = folder("bert-seqcls", "\"pad_token_id\": 0", "\"pad_token_id\": 300");
    assertThatThrownBy(() -> answer(folder, F32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("pad_token_id is 300, but the vocabulary has 300 words");
  }

  @Test
  void aNegativeEpsilonIsRefused() throws IOException {
    Path bert = folder("bert-seqcls", "\"layer_norm_eps\": 1e-12", "\"layer_norm_eps\": -1e-5");
    assertThatThrownBy(() -> answer(bert, F32))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the norm's epsilon is -1.0E-5, where 0 or more is needed");
  }
}
