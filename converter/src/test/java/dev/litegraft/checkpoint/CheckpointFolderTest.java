package dev.litegraft.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that cannot be used, and folders that look unusual. */
class CheckpointFolderTest {
  private static final String A = "model-00001-of-00002.safetensors";
  private static final String B = "model-00002-of-00002.safetensors";

  @TempDir Path folder;

  @BeforeEach
  void writeConfig() throws IOException {
    write("config.json", "{'architectures':['LlamaForSequenceClassification']}");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text.replace('\'', '"'));
  }

  private void tensor(String file, String name) throws IOException {
    new SafetensorsBytes().addF32(name, "[1]", 1).write(folder.resolve(file));
  }

  private void index(String weightMap) throws IOException {
    write("model.safetensors.index.json", "{'metadata':{},'weight_map':" + weightMap + "}");
  }

  private InvalidInputException refusal() {
    return Refusal.of(() -> Checkpoint.open(folder).close());
  }

  @Test
  void aMissingFolderIsRefused() {
    Path missing = folder.resolve("missing");
    InvalidInputException e = Refusal.of(() -> Checkpoint.open(missing).close());
    assertThat(e)
        .hasMessage(
            "there is no such folder\n  where: "
                + missing
                + "\n  try:   check the path of the checkpoint");
  }

  @Test
  void aFileInPlaceOfTheFolderIsRefused() throws IOException {
    Path file = write("model.tflite", "x");
    assertThat(Refusal.of(() -> Checkpoint.open(file).close()).what())
        .isEqualTo("the path is a file, where the folder of a checkpoint is needed");
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Files.delete(folder.resolve("config.json"));
    assertThat(refusal().what())
        .isEqualTo("the folder is empty, where config.json and model.safetensors are needed");
  }

  @Test
  void aFolderWithoutConfigIsRefused() throws IOException {
    Files.delete(folder.resolve("config.json"));
    tensor("model.safetensors", "w");
    assertThat(refusal().what()).isEqualTo("the folder has no config.json");
    Path inner = Files.createDirectory(folder.resolve("checkpoint-500"));
    Files.writeString(inner.resolve("config.json"), "{}");
    assertThat(refusal().remedy()).contains(inner.toString());
    write("adapter_config.json", "{}");
    assertThat(refusal().what()).contains("it is an adapter, not a model");
  }

  @Test
  void aFolderWithoutWeightsIsRefused() {
    InvalidInputException e = refusal();
    assertThat(e.what())
        .isEqualTo(
            "the folder has no weights: neither model.safetensors nor model.safetensors.index.json"
                + " nor pytorch_model.bin");
    assertThat(e.where()).isEqualTo(folder.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "model.pt, of torch under a name that transformers does not read",
    "model-q4.gguf, of llama.cpp (GGUF)",
    "tf_model.h5, of TensorFlow",
    "flax_model.msgpack, of Flax",
    "rust_model.ot, of rust-bert"
  })
  void weightsOfOtherProgramsAreRefusedByTheirFormat(String name, String format)
      throws IOException {
    write(name, "x");
    write("training_args.bin", "x");
    InvalidInputException e = refusal();
    assertThat(e.what())
        .isEqualTo(
            "the folder has its weights as "
                + name
                + ", a file "
                + format
                + ", where model.safetensors or pytorch_model.bin is needed");
    assertThat(e.remedy()).doesNotContain("python");
  }

  @ParameterizedTest
  @CsvSource({
    "model-q4.gguf, of llama.cpp (GGUF)",
    "tf_model.h5, of TensorFlow",
    "flax_model.msgpack, of Flax",
    "model.onnx, of ONNX"
  })
  void withoutConfigTheWeightsOfOtherProgramsAreNamed(String name, String format)
      throws IOException {
    write(name, "x");
    Files.delete(folder.resolve("config.json"));
    InvalidInputException e = refusal();
    assertThat(e.what())
        .isEqualTo("the folder has no config.json; its weights are " + name + ", a file " + format);
    assertThat(e.remedy()).contains("the original model");
  }

  @Test
  void weightsOfTorchThatOnlyAVariantOrNoIndexNamesAreRefused() throws IOException {
    write("pytorch_model.fp16.bin", "x");
    assertThat(refusal().remedy()).contains("rename that file to pytorch_model.bin");
    write("pytorch_model-00001-of-00002.bin", "x");
    assertThat(refusal().what()).contains("no pytorch_model.bin.index.json");
  }

  @Test
  void safetensorsUnderTheNameOfTorchsAreToldApart() throws IOException {
    tensor("pytorch_model.bin", "w");
    assertThat(refusal().what()).contains("one of safetensors");
    assertThat(refusal().remedy()).endsWith("rename it to model.safetensors");
  }

  @DisabledOnOs(OS.WINDOWS)
  @Test
  void theNameOfAFolderIsNothingThatAShellRuns() throws IOException {
    Path hostile = Files.createDirectory(folder.resolve("$(touch pwned)'\"; x"));
    Files.writeString(
        hostile.resolve("config.json"), Files.readString(folder.resolve("config.json")));
    Files.writeString(hostile.resolve("adapter_model.bin"), "x");
    String quoted = "'" + folder + "/$(touch pwned)'\\''\"; x'";
    assertThat(Refusal.of(() -> Checkpoint.open(hostile).close()).remedy())
        .endsWith(" --adapter " + quoted);
  }

  @Test
  void theFolderWithinThatHasTheWeightsIsNamed() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("final"));
    tensor("final/model.safetensors", "w");
    assertThat(refusal().what()).contains("the folder final in it has model.safetensors");
    assertThat(refusal().remedy()).contains("beside config.json");
    Files.writeString(inner.resolve("config.json"), "{}");
    assertThat(refusal().remedy()).startsWith("give that folder: ").contains(inner.toString());
  }

  @Test
  void theOnlyOtherSafetensorsFileIsTaken() throws IOException {
    tensor("my-model.safetensors", "w");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors()).containsOnlyKeys("w");
    }
    tensor("another.safetensors", "w");
    assertThat(refusal().what())
        .startsWith("the folder has 2 safetensors files and no model.safetensors.index.json:")
        .endsWith("another.safetensors, my-model.safetensors");
    tensor("model.safetensors", "v");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tensors()).containsOnlyKeys("v");
    }
  }

  @Test
  void anAdapterAloneIsRefused() throws IOException {
    tensor("adapter_model.safetensors", "w");
    assertThat(refusal().remedy()).contains("--adapter " + folder);
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    tensor(A, "a");
    index("{'a':'" + A + "','b':'" + B + "'}");
    assertThat(refusal().what())
        .isEqualTo("the shard " + B + " is missing; the index names 2 shards");
  }

  @Test
  void aTensorThatItsShardLacksIsNamed() throws IOException {
    tensor(A, "a");
    tensor(B, "b");
    index("{'a':'" + A + "','b':'" + B + "','c':'" + B + "'}");
    InvalidInputException e = refusal();
    assertThat(e.what()).isEqualTo("the index says that c is in " + B + ", which does not have it");
    assertThat(e.where()).endsWith("model.safetensors.index.json");
  }

  @Test
  void aTensorInTwoShardsIsNamed() throws IOException {
    tensor(A, "a");
    tensor(B, "a");
    index("{'a':'" + A + "','b':'" + B + "'}");
    assertThat(refusal().what()).isEqualTo("the tensor a stands in two shards: " + A + " and " + B);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../other/model.safetensors",
        "/etc/model.safetensors",
        "sub/model.safetensors",
        "..\\\\model.safetensors",
        "C:model.safetensors",
        "model\\u0000.safetensors",
        "model.bin",
        ""
      })
  void aShardOutsideTheFolderIsRefused(String shard) throws IOException {
    index("{'a':'" + shard + "'}");
    assertThat(refusal().what())
        .startsWith("the shard of a is ")
        .endsWith("where the name of a safetensors file in this folder is needed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{}", "[]", "5", "{'a':5}"})
  void anIndexWithoutAMapIsRefused(String weightMap) throws IOException {
    index(weightMap);
    assertThat(refusal().what()).contains("is needed");
  }

  @Test
  void aDamagedShardIsNamedAndEveryFileClosed() throws IOException {
    tensor(A, "a");
    Files.write(folder.resolve(B), new byte[3]);
    index("{'a':'" + A + "','b':'" + B + "'}");
    assertThat(refusal().where()).isEqualTo(folder.resolve(B).toString());
  }

  @Test
  void aQuantizedCheckpointIsRefusedEarly() throws IOException {
    write("config.json", "{'quantization_config':{'quant_method':'awq'}}");
    assertThat(refusal().what()).contains("quantized (awq)");
  }

  @Test
  void hashesAreThoseOfTheStoredBytes() throws IOException {
    tensor("model.safetensors", "one");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      // sha256 of the bytes 00 00 80 3f
      assertThat(checkpoint.sha256(1))
          .containsExactly(
              java.util.Map.entry(
                  "one", "e00e5eb9444182f352323374ef4e08ebcb784725fdd4fd612d7730540b3e0c8c"));
    }
  }

  @Test
  void withoutATokenizerTheFolderStillOpens() throws IOException {
    tensor("model.safetensors", "w");
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertThat(checkpoint.tokenizer().json()).isEmpty();
      assertThat(Labels.of(checkpoint.config()).names()).containsExactly("LABEL_0", "LABEL_1");
      assertThat(checkpoint.answerNotes()).isEmpty();
      assertThat(checkpoint.folder()).isEqualTo(folder);
    }
  }
}
