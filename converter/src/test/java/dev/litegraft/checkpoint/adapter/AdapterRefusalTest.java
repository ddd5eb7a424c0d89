package dev.litegraft.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.Golden;
import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Adapters that cannot be merged, and how they are told apart. */
class AdapterRefusalTest {
  private static final String Q0 = "base_model.model.model.layers.0.self_attn.q_proj";

  @TempDir Path scratch = Path.of("");

  private InvalidInputException refusal(AdapterFolder adapter) throws IOException {
    return refusal("llama-base-gqa-f32", adapter.write(scratch.resolve("adapter")));
  }

  private static InvalidInputException refusal(String base, Path adapter) {
    return Refusal.of(
        () ->
            Checkpoint.open(Golden.folder(base), Optional.of(adapter), Architectures::moduleNames)
                .close());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "peft_type | \"IA3\" | IA3",
        "use_dora | true | use_dora is true",
        "lora_bias | true | lora_bias is true, but the adapter has no lora_B.bias for model",
        "init_lora_weights | \"pissa\" | init_lora_weights is \"pissa\"",
        "layer_replication | [[0,1]] | layer_replication",
        "trainable_token_indices | [1,2] | trainable_token_indices",
        "target_parameters | [\"x\"] | target_parameters",
        "task_type | \"CAUSAL_LM\" | CAUSAL_LM",
        "task_type | \"QUESTION_ANS\" | QUESTION_ANS",
        "r | 0 | r is 0",
        "r | \"8\" | r is \"8\"",
        "r | 4 | rank 4",
        "rank_pattern | {\"q_proj\": 3} | rank 3",
        "rank_pattern | {\"(\": 3} | regular expression",
        "alpha_pattern | {\"q_proj\": \"much\"} | much",
        "target_modules | [\"v_proj\"] | v_proj",
        "target_modules | [\"q_proj\", \"v_proj\"] | model.layers.0.self_attn.v_proj",
        "target_modules | [] | target_modules is []",
        "target_modules | null | target_modules is null",
        "target_modules | \".*[qv]_proj\" | model.layers.0.self_attn.v_proj",
        "layers_to_transform | [0, 1] | model.layers.2.self_attn.q_proj",
        "exclude_modules | [\"layers.1.self_attn.q_proj\"] | model.layers.1.self_attn.q_proj"
      })
  void aSettingThatCannotBeMergedIsNamed(String key, String json, String named) throws IOException {
    InvalidInputException refusal = refusal(AdapterFolder.ofLlama().with(key, json));
    assertThat(refusal.what()).contains(named);
    assertThat(refusal.where()).contains("adapter");
  }

  @Test
  void aHeadThatWasTrainedAndNotSavedIsNotReplacedByTheBaseModels() throws IOException {
    AdapterFolder adapter =
        new AdapterFolder().with("modules_to_save", "[\"classifier\", \"score\"]");
    for (int i = 0; i < 3; i++) {
      adapter.lora("model.layers." + i + ".self_attn.q_proj", 64, 64, 2);
    }
    InvalidInputException refusal = refusal(adapter);
    assertThat(refusal.what())
        .isEqualTo("modules_to_save names score, but the adapter has no score.weight");
    assertThat(refusal.where()).endsWith("adapter_model.safetensors");
  }

  @Test
  void biasesNeedAnAnnouncementAndABaseWithABias() throws IOException {
    AdapterFolder adapter = AdapterFolder.ofLlama().addVector(Q0 + ".lora_B.bias", new float[64]);
    assertThat(refusal(adapter).what()).contains("lora_bias is false, but the adapter has " + Q0);
    adapter.with("lora_bias", "true");
    assertThat(refusal(adapter).what()).contains("q_proj.bias of the base model is not there");
  }

  @Test
  @Timeout(300)
  void anExpressionThatWouldRunForEverIsStopped() throws IOException {
    AdapterFolder adapter =
        AdapterFolder.ofLlama().with("target_modules", "\"((.*)*)*\\\\.x(.*)*y\"");
    assertThat(refusal(adapter).what()).contains("takes too long");
  }

  @Test
  void anotherWidthNamesBothShapesAndTheBase() throws IOException {
    AdapterFolder adapter = new AdapterFolder();
    for (int i = 0; i < 3; i++) {
      adapter.lora("model.layers." + i + ".self_attn.q_proj", 96, 96, 2);
    }
    InvalidInputException refusal = refusal(adapter);
    assertThat(refusal.what()).contains("[96, 96]").contains("[64, 64]");
    assertThat(refusal.remedy()).contains("somebody/base");
  }

  @Test
  void aLayerThatTheBaseDoesNotHaveIsNamed() throws IOException {
    AdapterFolder adapter =
        AdapterFolder.ofLlama().lora("model.layers.3.self_attn.q_proj", 64, 64, 2);
    assertThat(refusal(adapter).what())
        .contains("changes model.layers.3.self_attn.q_proj")
        .contains("has no tensor model.layers.3.self_attn.q_proj.weight");
  }

  @Test
  void fewerLayersThanTheBaseAreAnotherBase() throws IOException {
    AdapterFolder adapter = new AdapterFolder();
    adapter.lora("model.layers.0.self_attn.q_proj", 64, 64, 2);
    adapter.lora("model.layers.1.self_attn.q_proj", 64, 64, 2);
    assertThat(refusal(adapter).what()).contains("model.layers.2.self_attn.q_proj");
  }

  @Test
  void anotherFamilyIsAnotherBase() throws IOException {
    Path adapter = AdapterFolder.ofLlama().write(scratch.resolve("adapter"));
    assertThat(refusal("bert-seqcls", adapter).what()).contains("model.layers.0.self_attn.q_proj");
  }

  @Test
  void aMatrixWithoutTheOtherIsNamed() throws IOException {
    AdapterFolder adapter =
        AdapterFolder.ofLlama().add(Q0.replace("q_", "k_") + ".lora_B.weight", 32, 2);
    assertThat(refusal(adapter).what()).contains("k_proj.lora_B.weight has no lora_A");
    adapter = AdapterFolder.ofLlama().add(Q0.replace("q_", "k_") + ".lora_A.weight", 2, 64);
    assertThat(refusal(adapter).what()).contains("k_proj.lora_A.weight has no lora_B");
  }

  @Test
  void matricesOfOtherKindsAreNamed() throws IOException {
    for (String suffix :
        new String[] {".lora_magnitude_vector", ".lora_magnitude_vector.weight", ".lora_A.bias"}) {
      AdapterFolder adapter = AdapterFolder.ofLlama().add(Q0 + suffix, 64, 1);
      assertThat(refusal(adapter).what()).contains(suffix).contains("no matrix of a plain LoRA");
    }
    assertThat(refusal(AdapterFolder.ofLlama().add("model.layers.0.x.weight", 2, 2)).what())
        .contains("not named as PEFT");
  }

  @Test
  void aTensorThatNoLayerReadsIsNamed() throws IOException {
    Path folder =
        AdapterFolder.ofLlama()
            .add("base_model.model.side.weight", 2, 2)
            .write(scratch.resolve("adapter"));
    try (Checkpoint checkpoint =
        Checkpoint.open(
            Golden.folder("llama-base-gqa-f32"), Optional.of(folder), Architectures::moduleNames)) {
      checkpoint.weights().tensor("score.weight", 5, 64);
      assertThat(Refusal.of(checkpoint::requireAdapterRead).what()).contains("side.weight");
    }
  }

  @Test
  void aReplacementOfAnotherShapeNamesBoth() throws IOException {
    AdapterFolder adapter =
        AdapterFolder.ofLlama().add("base_model.model.model.layers.0.mlp.up_proj.weight", 8, 8);
    assertThat(refusal(adapter).what()).contains("[8, 8]").contains("[128, 64]");
  }

  @Test
  void aMissingHeadIsToldBeforeTheWeightsAreRead() throws IOException {
    AdapterFolder adapter = new AdapterFolder();
    for (int i = 0; i < 3; i++) {
      adapter.lora("model.layers." + i + ".self_attn.q_proj", 64, 64, 2);
    }
    assertThat(
            refusal("llama-causallm-tied-bf16", adapter.write(scratch.resolve("adapter"))).what())
        .contains("neither the base model nor the adapter has a classification head");
  }

  @Test
  void aHeadForOtherLabelsThanTheBaseNamesIsRefused() throws IOException {
    Path base = Files.createDirectories(scratch.resolve("base"));
    Path golden = Golden.folder("llama-base-gqa-f32");
    Files.copy(golden.resolve("model.safetensors"), base.resolve("model.safetensors"));
    String config = Files.readString(golden.resolve("config.json"));
    Files.writeString(
        base.resolve("config.json"),
        config.replaceFirst("\\{", "{\"id2label\": {\"0\": \"good\", \"1\": \"bad\"},"));
    Path adapter = AdapterFolder.ofLlama().write(scratch.resolve("adapter"));
    InvalidInputException refusal =
        Refusal.of(
            () -> Checkpoint.open(base, Optional.of(adapter), Architectures::moduleNames).close());
    assertThat(refusal.what()).contains("5 rows").contains("2 labels");
  }

  @Test
  void foldersThatHoldNoAdapterAreRefused() throws IOException {
    Path folder = AdapterFolder.ofLlama().write(scratch.resolve("adapter"));
    Files.move(folder.resolve("adapter_model.safetensors"), folder.resolve("adapter_model.bin"));
    InvalidInputException pickled = refusal("llama-base-gqa-f32", folder);
    assertThat(pickled.what()).contains("one of safetensors");
    assertThat(pickled.remedy()).contains("rename it to adapter_model.safetensors");
    Files.delete(folder.resolve("adapter_model.bin"));
    assertThat(refusal("llama-base-gqa-f32", folder).what()).contains("no adapter_model");
    Files.delete(folder.resolve("adapter_config.json"));
    assertThat(refusal("llama-base-gqa-f32", folder).what()).contains("no adapter_config.json");
    assertThat(refusal("llama-base-gqa-f32", folder.resolve("nowhere")).what())
        .contains("no folder");
  }
}
