package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidRequestException;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.architecture.TensorFile;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with an update of its weights for each of two tasks, as jina-embeddings-v3's folder. */
class LoraTaskTest {
  private static final int D = 16;
  private static final int F = 24;

  @TempDir Path scratch = Path.of("");

  private Path folder() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("model"));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"architectures\": [\"XLMRobertaModel\"], \"model_type\": \"xlm-roberta\", \"hidden_size\":"
            + " 16, \"num_hidden_layers\": 1, \"num_attention_heads\": 2, \"intermediate_size\": 24,"
            + " \"max_position_embeddings\": 66, \"vocab_size\": 90, \"rotary_emb_base\": 20000.0,"
            + " \"lora_adaptations\": [\"a.query\", \"a.passage\"], \"lora_rank\": 2, \"lora_alpha\":"
            + " 1, \"auto_map\": {\"AutoModel\":"
            + " \"jinaai/xlm-roberta-flash-implementation--modeling_lora.XLMRobertaLoRA\"}}");
    TensorFile weights = new TensorFile();
    weights.add("roberta.embeddings.word_embeddings.weight", 1, 90, D);
    weights.add("roberta.embeddings.token_type_embeddings.weight", 1, 1, D);
    norm(weights, "roberta.emb_ln");
    String layer = "roberta.encoder.layers.0.";
    linear(weights, layer + "mixer.Wqkv", 3 * D, D);
    linear(weights, layer + "mixer.out_proj", D, D);
    linear(weights, layer + "mlp.fc2", D, F);
    weights.add(layer + "mlp.fc1.bias", 0.2, F);
    weights.add(layer + "mlp.fc1.parametrizations.weight.original", 0.2, F, D);
    weights.add(layer + "mlp.fc1.parametrizations.weight.0.lora_A", 1, 2, 2, D);
    weights.add(layer + "mlp.fc1.parametrizations.weight.0.lora_B", 1, 2, F, 2);
    norm(weights, layer + "norm1");
    norm(weights, layer + "norm2");
    weights.write(folder.resolve("model.safetensors"));
    return folder;
  }

  private static void linear(TensorFile weights, String module, int out, int in) {
    weights.add(module + ".weight", 0.2, out, in);
    weights.add(module + ".bias", 0.2, out);
  }

  private static void norm(TensorFile weights, String module) {
    weights.add(module + ".weight", 1, D);
    weights.add(module + ".bias", 0.2, D);
  }

  @Test
  void theFileSaysForWhichTaskItIsAndIsComparedSo() throws IOException {
    Path folder = folder();
    Path file = scratch.resolve("query.tflite");
    Converter.of(folder)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32).withTask("a.query"))
        .convert(file);
    try (TfliteReader reader = TfliteReader.open(file)) {
      assertThat(reader.facts().orElseThrow().find(ModelFacts.LORA_TASK)).contains("a.query");
    }
    assertThat(Verification.of(folder, file).run().match()).isTrue();
    assertThat(FileAsking.task(file, Optional.empty())).contains("a.query");
    assertThatThrownBy(() -> Verification.of(folder, file).withTask(Optional.of("a.passage")).run())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "--task is a.passage, and the file was made of the weights for a.query");
  }

  @Test
  void withoutATaskNothingIsSaid() throws IOException {
    Path folder = folder();
    Path file = scratch.resolve("plain.tflite");
    Converter.of(folder)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32))
        .convert(file);
    assertThat(Verification.of(folder, file).run().match()).isTrue();
    assertThat(Verification.of(folder, file).withTask(Optional.of("a.query")).run().match())
        .as("another model's answers")
        .isFalse();
  }
}
