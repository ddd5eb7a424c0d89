package dev.litegraft.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a model its weights come once, in one container, with all that says how they are read. */
class NeededFilesTest {
  @TempDir Path cache;
  private StubHub hub;

  @BeforeEach
  void start() throws IOException {
    hub = new StubHub("org/model");
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  private List<String> needed(String... names) throws IOException {
    with(names);
    return hub.model(cache).look().names();
  }

  private void with(String... names) {
    for (String name : names) {
      boolean index = name.endsWith(".index.json");
      String suffix = name.startsWith("model.safetensors") ? ".safetensors" : ".bin";
      if (index) {
        hub.with(
            name, "{\"weight_map\": {\"a\": \"w-1" + suffix + "\", \"b\": \"w-2" + suffix + "\"}}");
      } else if (name.endsWith(".json")) {
        hub.with(name, "{}");
      } else {
        hub.withLarge(name, name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
    }
  }

  private HubException fault(String... names) {
    with(names);
    return catchThrowableOfType(HubException.class, () -> hub.model(cache).look());
  }

  @Test
  void safetensorsGoBeforePickles() throws IOException {
    assertThat(
            needed(
                "config.json",
                "model.safetensors",
                "model.fp16.safetensors",
                "pytorch_model.bin",
                "tf_model.h5",
                "flax_model.msgpack",
                "model.safetensors.index.json",
                "onnx/model.onnx",
                "openvino/openvino_model.bin",
                "optimizer.pt",
                "training_args.bin",
                "trainer_state.json"))
        .containsExactly("config.json", "model.safetensors.index.json", "model.safetensors");
  }

  @Test
  void shardsAreThoseOfTheIndex() throws IOException {
    assertThat(
            needed(
                "config.json",
                "model.safetensors.index.json",
                "w-1.safetensors",
                "w-2.safetensors",
                "w-3.safetensors",
                "consolidated.safetensors"))
        .endsWith("w-1.safetensors", "w-2.safetensors")
        .hasSize(4);
  }

  @Test
  void aShardThatIsNotThereIsNamed() {
    assertThat(fault("config.json", "model.safetensors.index.json", "w-1.safetensors").what())
        .isEqualTo("the index names the shard w-2.safetensors, which the model does not have");
  }

  @Test
  void picklesComeWhereThereIsNothingElse() throws IOException {
    assertThat(needed("config.json", "pytorch_model.bin", "model.fp16.safetensors"))
        .containsExactly("config.json", "pytorch_model.bin");
  }

  @Test
  void shardsOfPicklesCome() throws IOException {
    assertThat(needed("config.json", "pytorch_model.bin.index.json", "w-1.bin", "w-2.bin"))
        .endsWith("w-1.bin", "w-2.bin");
  }

  @Test
  void theOnlyFileOfSafetensorsIsMeant() throws IOException {
    assertThat(needed("config.json", "consolidated.safetensors", "adapter_model.safetensors"))
        .endsWith("consolidated.safetensors")
        .hasSize(2);
  }

  @Test
  void ofSeveralNoneIsGuessed() {
    assertThat(fault("config.json", "a.safetensors", "b.safetensors").what())
        .isEqualTo(
            "the model org/model has several files of weights and none that is meant:"
                + " a.safetensors, b.safetensors");
  }

  private HubException faultIn(String subfolder, String... names) {
    with(names);
    return catchThrowableOfType(
        HubException.class, () -> hub.model(cache).withSubfolder(subfolder).look());
  }

  @Test
  void aSubfolderThatIsNotThereIsSaid() {
    HubException fault = faultIn("nope", "text/config.json", "text/model.safetensors");
    assertThat(fault.what()).isEqualTo("the model org/model has no folder nope");
    assertThat(fault.remedy()).isEqualTo("there is one in text: --subfolder text");
  }

  @Test
  void aSubfolderThatIsNotNeededIsSaid() {
    assertThat(faultIn("nope", "config.json", "model.safetensors").remedy())
        .isEqualTo("leave out --subfolder: config.json is in the model itself");
  }

  @Test
  void withoutForeignWeightsNoOriginalIsSpokenOf() {
    assertThat(faultIn("docs", "docs/a.json").remedy())
        .isEqualTo("check the name and --revision; its page lists its files");
  }

  @Test
  void theFormOfMetasProgramsIsTakenWhereThereIsNoOther() throws IOException {
    assertThat(needed("config.json", "params.json", "consolidated.00.pth", "consolidated.01.pth"))
        .containsExactly("config.json", "consolidated.00.pth", "consolidated.01.pth");
    assertThat(needed("consolidated.safetensors"))
        .containsExactly("config.json", "consolidated.safetensors");
    assertThat(needed("model.safetensors")).containsExactly("config.json", "model.safetensors");
  }

  @Test
  void whatNobodyReadsStaysWhereItIs() throws IOException {
    assertThat(
            needed(
                "config.json",
                "model.safetensors",
                "eval.json",
                "expected.json",
                "eval_results.json",
                "all_metrics.json",
                "tekken.json",
                "LICENSE.txt",
                "requirements-dev.txt"))
        .containsExactly("config.json", "model.safetensors");
  }

  @Test
  void aNameThatNoPathCanBeIsPassedOver() throws IOException {
    assertThat(needed("config.json", "model.safetensors", "a:b.json", "c:d/e.json"))
        .containsExactly("config.json", "model.safetensors");
    assertThat(fault("C:/x.json").what()).contains("leads out of its folder");
  }

  @Test
  void shardsWithoutTheirIndexAreNamed() {
    assertThat(
            fault(
                    "config.json",
                    "consolidated-00001-of-00002.safetensors",
                    "consolidated-00002-of-00002.safetensors")
                .what())
        .contains("several files of weights and none that is meant", "consolidated-00001-of");
  }

  @Test
  void modulesBringTheirFolders() throws IOException {
    hub.with(
        "modules.json",
        "[{\"path\": \"\"}, {\"path\": \"1_Pooling\"}, {\"path\": \"2_Dense\"}, {\"path\": \"../x\"}]");
    assertThat(
            needed(
                "config.json",
                "model.safetensors",
                "1_Pooling/config.json",
                "2_Dense/config.json",
                "2_Dense/model.safetensors",
                "2_Dense/pytorch_model.bin",
                "3_Other/config.json",
                "x/config.json"))
        .containsExactly(
            "config.json",
            "modules.json",
            "1_Pooling/config.json",
            "2_Dense/config.json",
            "model.safetensors",
            "2_Dense/model.safetensors");
  }

  @Test
  void theModelMayStandInAModulesFolder() throws IOException {
    hub.with("modules.json", "[{\"path\": \"0_Transformer\"}]");
    assertThat(needed("0_Transformer/config.json", "0_Transformer/model.safetensors"))
        .endsWith("0_Transformer/model.safetensors");
  }

  @Test
  void everyFileOfATokenizerComes() throws IOException {
    List<String> tokenizer =
        List.of(
            "added_tokens.json",
            "chat_template.jinja",
            "merges.txt",
            "sentencepiece.bpe.model",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt");
    assertThat(
            needed(
                Stream.concat(
                        tokenizer.stream(), Stream.of("config.json", "model.safetensors", "a.png"))
                    .toArray(String[]::new)))
        .containsAll(tokenizer)
        .hasSize(10);
  }

  @Test
  void weightsOfOtherProgramsAreNamed() {
    HubException fault = fault("config.json", "model-q4.gguf", "tf_model.h5");
    assertThat(fault.what())
        .isEqualTo(
            "the model org/model has its weights for other programs only: model-q4.gguf,"
                + " tf_model.h5");
    assertThat(hub.requests).noneMatch(r -> r.contains("gguf"));
  }

  @Test
  void aModelInAFolderIsPointedAt() {
    HubException fault = fault("text/config.json", "text/model.safetensors", "x.gguf");
    assertThat(fault.what())
        .isEqualTo(
            "the model org/model has no config.json; its weights are for other programs: x.gguf");
    assertThat(fault.remedy()).isEqualTo("there is one in text: --subfolder text");
    assertThat(hub.downloads()).isEmpty();
  }
}
