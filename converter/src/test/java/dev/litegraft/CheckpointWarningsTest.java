package dev.litegraft;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWarningsTest {
  private static final Path CASES = Path.of("src/test/resources/golden/cases");

  @TempDir Path scratch = Path.of("");

  private static List<CheckpointWarning> warnings(Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return CheckpointWarnings.of(checkpoint);
    }
  }

  /** A copy of a recorded checkpoint with another text in its config.json. */
  private Path edited(String name, String before, String after) throws IOException {
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(CASES.resolve(name).resolve(file), scratch.resolve(file));
    }
    Path config = scratch.resolve("config.json");
    String text = Files.readString(config);
    assertThat(text).contains(before);
    Files.writeString(config, text.replace(before, after));
    return scratch;
  }

  @Test
  void aTrainedCheckpointWithoutNamesOfLabelsHasThatWarningOnly() throws IOException {
    assertThat(warnings(CASES.resolve("llama-base-gqa-f32")))
        .extracting(CheckpointWarning::setting)
        .containsExactly("id2label");
  }

  @Test
  void aMissingPadTokenIsRiskyWhereTheLastTokenIsRead() throws IOException {
    assertThat(warnings(CASES.resolve("llama-nopad")))
        .filteredOn(w -> w.setting().equals("pad_token_id"))
        .singleElement()
        .matches(w -> w.what().contains("there is no pad token"));
  }

  @Test
  void aPadTokenThatIsAlsoTheEndOfATextIsRisky() throws IOException {
    assertThat(warnings(edited("llama-base-gqa-f32", "\"eos_token_id\": 2", "\"eos_token_id\": 0")))
        .anyMatch(w -> w.what().contains("is also the end of a text (0)"));
  }

  @Test
  void aPadTokenOutsideOfTheVocabularyIsRisky() throws IOException {
    assertThat(
            warnings(edited("llama-base-gqa-f32", "\"pad_token_id\": 0", "\"pad_token_id\": 256")))
        .anyMatch(w -> w.what().contains("256 is outside of the vocabulary of 256"));
  }

  @Test
  void scaledPositionsAreRisky() throws IOException {
    assertThat(warnings(CASES.resolve("llama-rope-linear")))
        .filteredOn(w -> w.setting().equals("rope_scaling"))
        .singleElement()
        .matches(w -> w.what().contains("linear by "));
  }

  @Test
  void keysAndClassesThatCannotBeConvertedAreNamedBefore() throws IOException {
    assertThat(
            warnings(
                edited("llama-base-gqa-f32", "\"use_cache\"", "\"clip_qkv\": 8, \"use_cache\"")))
        .anyMatch(w -> w.what().contains("clip_qkv"));
    assertThat(warnings(CASES.resolve("llama-causallm-tied-bf16")))
        .singleElement()
        .matches(w -> w.setting().equals("architectures"));
  }

  @Test
  void keysThatNobodyKnowsAreNamed() throws IOException {
    assertThat(
            warnings(
                edited("llama-base-gqa-f32", "\"use_cache\"", "\"sparkle\": 8, \"use_cache\"")))
        .anyMatch(w -> w.what().contains("sparkle"));
  }

  @Test
  void tensorsThatNoLayerUsesAreNamed() throws IOException {
    assertThat(
            warnings(
                edited(
                    "llama-base-gqa-f32", "\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2")))
        .filteredOn(w -> w.setting().equals("tensors"))
        .singleElement()
        .matches(w -> w.what().contains("model.layers.2."));
  }

  private static float[] normal(int count, double deviation) {
    Random random = new Random(7);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) (random.nextGaussian() * deviation);
    }
    return numbers;
  }

  @Test
  void aHeadOfZerosOrOfTheInitializersNumbersLooksUntrained() {
    assertThat(UntrainedHead.judged("score.weight", new float[128], 0.02))
        .hasValueSatisfying(what -> assertThat(what).contains("all zeros"));
    assertThat(UntrainedHead.judged("score.weight", normal(1152, 0.02), 0.02))
        .hasValueSatisfying(what -> assertThat(what).contains("looks untrained"));
  }

  @Test
  void aHeadThatTrainingMovedDoesNot() {
    float[] moved = normal(1152, 0.02);
    Random random = new Random(8);
    for (int i = 0; i < moved.length; i++) {
      moved[i] += random.nextBoolean() ? 0.01f : -0.01f;
    }
    assertThat(UntrainedHead.judged("score.weight", moved, 0.02)).isEmpty();
    assertThat(UntrainedHead.judged("score.weight", normal(1152, 0.05), 0.02)).isEmpty();
    assertThat(UntrainedHead.judged("score.weight", normal(8, 0.02), 0.02)).isEmpty();
  }
}
