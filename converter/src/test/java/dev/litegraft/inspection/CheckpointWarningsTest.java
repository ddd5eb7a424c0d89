package dev.litegraft.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWarningsTest {
  private static final Path CASES = Path.of("src/test/resources/golden/cases");

  @TempDir Path scratch = Path.of("");

  private static List<CheckpointWarning> warnings(Path folder) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(folder)) {
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
                edited(
                    "llama-base-gqa-f32",
                    "\"use_cache\"",
                    "\"is_encoder_decoder\": true, \"use_cache\"")))
        .anyMatch(w -> w.what().contains("is_encoder_decoder"));
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

  private static Optional<String> judged(float[] weight, float @Nullable [] bias) {
    return UntrainedHead.judged(
        "score.weight",
        weight,
        bias,
        List.of(Initializer.normal(0.02), Initializer.uniform(weight.length / 2)));
  }

  @Test
  void aHeadOfZerosOrOfTheInitializersNumbersLooksUntrained() {
    assertThat(judged(new float[128], null))
        .hasValueSatisfying(what -> assertThat(what).contains("all zeros"));
    for (int width : List.of(8, 16, 64, 576, 4096)) {
      assertThat(judged(normal(2 * width, 0.02), null))
          .as("a width of %d", width)
          .hasValueSatisfying(what -> assertThat(what).contains("looks untrained"));
    }
    assertThat(judged(normal(8, 0.02), new float[2]))
        .hasValueSatisfying(what -> assertThat(what).contains("its bias is all zeros"));
  }

  @Test
  void aHeadAsTorchMakesItLooksUntrained() {
    for (int width : List.of(64, 576)) {
      float bound = (float) (1 / Math.sqrt(width));
      Random random = new Random(9);
      float[] even = new float[2 * width];
      for (int i = 0; i < even.length; i++) {
        even[i] = bound * (2 * random.nextFloat() - 1);
      }
      assertThat(judged(even, new float[] {bound / 2, -bound / 3}))
          .hasValueSatisfying(what -> assertThat(what).contains("torch.nn.Linear"));
      for (int i = 0; i < even.length; i++) {
        even[i] += random.nextBoolean() ? bound / 10 : -bound / 10;
      }
      assertThat(judged(even, new float[] {bound / 2, -bound / 3})).isEmpty();
    }
  }

  @Test
  void aHeadThatTrainingMovedDoesNot() {
    float[] moved = normal(1152, 0.02);
    Random random = new Random(8);
    for (int i = 0; i < moved.length; i++) {
      moved[i] += random.nextBoolean() ? 0.01f : -0.01f;
    }
    assertThat(judged(moved, null)).isEmpty();
    assertThat(judged(normal(1152, 0.05), null)).isEmpty();
    assertThat(judged(normal(8, 0.02), null)).isEmpty();
    assertThat(judged(normal(1152, 0.02), new float[] {1e-3f, -1e-3f})).isEmpty();
  }

  /** A copy of a recorded checkpoint, some of whose f32 tensors have other numbers. */
  private Path planted(String name, Map<String, float[]> tensors) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(name));
    Files.copy(CASES.resolve(name).resolve("config.json"), folder.resolve("config.json"));
    byte[] bytes = Files.readAllBytes(CASES.resolve(name).resolve("model.safetensors"));
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int header = Math.toIntExact(file.getLong(0));
    String json = new String(bytes, 8, header, StandardCharsets.UTF_8);
    tensors.forEach(
        (tensor, numbers) -> {
          Matcher range =
              Pattern.compile(
                      Pattern.quote("\"" + tensor + "\"")
                          + ":\\{\"dtype\":\"F32\".*?\"data_offsets\":\\[(\\d+), ?(\\d+)\\]")
                  .matcher(json);
          assertThat(range.find()).as(tensor).isTrue();
          int begin = 8 + header + Integer.parseInt(range.group(1));
          int end = 8 + header + Integer.parseInt(range.group(2));
          assertThat(end - begin).isEqualTo(Float.BYTES * numbers.length);
          file.position(begin);
          file.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
        });
    Files.write(folder.resolve("model.safetensors"), bytes);
    return folder;
  }

  private void assertHead(String what, String name, Map<String, float[]> tensors)
      throws IOException {
    assertThat(warnings(planted(name, tensors)))
        .filteredOn(w -> w.setting().equals("head"))
        .singleElement()
        .matches(w -> w.what().contains(what));
  }

  @Test
  void untrainedHeadsOfOneAndTwoLayersAreFoundInFiles() throws IOException {
    String untrained = "looks untrained";
    assertHead(untrained, "llama-base-gqa-f32", Map.of("score.weight", normal(128, 0.02)));
    assertHead(
        untrained,
        "bert-seqcls",
        Map.of("classifier.weight", normal(128, 0.02), "classifier.bias", new float[2]));
    assertHead(
        untrained,
        "roberta-seqcls",
        Map.of(
            "classifier.out_proj.weight",
            normal(192, 0.02),
            "classifier.out_proj.bias",
            new float[3]));
    assertHead(
        "all zeros",
        "distilbert-seqcls",
        Map.of("classifier.weight", new float[128], "classifier.bias", new float[2]));
  }

  @Test
  void labelsThatNoTextCanHaveOrThatAreTheSameAreFound() throws IOException {
    float[] zeroRow = normal(128, 0.2);
    Arrays.fill(zeroRow, 64, 128, 0);
    assertHead(
        "zeros for the label LABEL_1", "llama-base-gqa-f32", Map.of("score.weight", zeroRow));
  }

  @Test
  void unusualFactorsAreRisky() throws IOException {
    assertThat(
            warnings(
                edited(
                    "gemma2-seqcls",
                    "\"query_pre_attn_scalar\": 24",
                    "\"query_pre_attn_scalar\": 48")))
        .anyMatch(w -> w.setting().equals("query_pre_attn_scalar") && w.what().contains("48"));
  }

  @Test
  void anEncodersPadTokenThatEndsATextIsRisky() throws IOException {
    assertThat(warnings(edited("roberta-seqcls", "\"eos_token_id\": 2", "\"eos_token_id\": 1")))
        .anyMatch(
            w -> w.setting().equals("pad_token_id") && w.what().contains("end of a text (1)"));
  }

  @Test
  void anEncodersOwnPoolerIsNoTensorThatWasForgotten() throws IOException {
    assertThat(warnings(CASES.resolve("bert-model-meanpool"))).isEmpty();
  }
}
