package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Folders with code of their own, made of recorded ones by calling everything as that code does:
 * they are read as the class of transformers, and answer as it was recorded.
 */
class CustomCodeTest {
  @TempDir Path scratch = Path.of("");

  private static final String NOMIC =
      "{\"architectures\": [\"NomicBertModel\"], \"model_type\": \"nomic_bert\", \"n_embd\": 32,"
          + " \"n_head\": 4, \"n_layer\": 3, \"n_inner\": 48, \"n_positions\": 66,"
          + " \"layer_norm_epsilon\": 1e-12, \"activation_function\": \"swiglu\", \"vocab_size\":"
          + " 155, \"pad_vocab_size_multiple\": 32, \"rotary_emb_base\": 1000,"
          + " \"rotary_emb_fraction\": 1.0, \"rotary_emb_interleaved\": false, \"prenorm\": false,"
          + " \"qkv_proj_bias\": false, \"mlp_fc1_bias\": false, \"mlp_fc2_bias\": false,"
          + " \"type_vocab_size\": 2, \"causal\": false, \"use_flash_attn\": true, ";

  @Test
  void nomicsOwnSettingsAreReadAsTheClasss() throws IOException {
    String code = "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel";
    answersAsRecorded("nomic-bert-model", NOMIC + map(code), "modeling_hf_nomic_bert");
    String growing = NOMIC + "\"rotary_scaling_factor\": 2, \"max_trained_positions\": 66, ";
    answersAsRecorded("nomic-bert-model", growing + map(code), "NomicBertModel");
  }

  @Test
  void whatNomicsClassHasNotIsRefused() throws IOException {
    Path folder =
        folder(
            "nomic-bert-model",
            NOMIC.replace("swiglu", "relu") + map("modeling_hf_nomic_bert.NomicBertModel"));
    assertThatThrownBy(() -> Architectures.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("activation_function is \"relu\"");
    Path biased =
        folder(
            "nomic-bert-model",
            NOMIC.replace("\"qkv_proj_bias\": false", "\"qkv_proj_bias\": true")
                + map("modeling_hf_nomic_bert.NomicBertModel"));
    assertThatThrownBy(() -> Architectures.open(biased).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("qkv_proj_bias is true");
  }

  private static final String NEW =
      "{\"architectures\": [\"NewModel\"], \"model_type\": \"new\", \"hidden_size\": 32,"
          + " \"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"intermediate_size\": 48,"
          + " \"hidden_act\": \"gelu\", \"max_position_embeddings\": 66, \"pad_token_id\": 1,"
          + " \"type_vocab_size\": 1, \"layer_norm_eps\": 1e-12, \"layer_norm_type\":"
          + " \"layer_norm\", \"logn_attention_scale\": false, \"pack_qkv\": true,"
          + " \"position_embedding_type\": \"rope\", \"unpad_inputs\": true, \"vocab_size\": 160, ";

  @Test
  void newIsGte() throws IOException {
    String code = map("Alibaba-NLP/new-impl--modeling.NewModel");
    answersAsRecorded("gte-model", NEW + "\"rope_theta\": 160000, " + code, "GteModel");
  }

  /** The code: 1 / (base · factor)^(2i/e) / factor^(2/e). */
  @Test
  void itsPositionsWithAFactorAreTheCodes() {
    String config =
        NEW
            + "\"rope_theta\": 20000, \"rope_scaling\": {\"type\": \"ntk\", \"factor\": 8.0}, "
            + map("modeling.NewModel");
    HfConfig read = code(config, Optional.empty()).config();
    float[] frequencies = RotaryEmbedding.of(read, 8).frequencies(5);
    for (int i = 0; i < 4; i++) {
      double expected = Math.pow(20000 * 8.0, -2.0 * i / 8) / Math.pow(8, 2.0 / 8);
      assertThat((double) frequencies[i]).isCloseTo(expected, within(1e-6 * expected));
    }
  }

  @Test
  void euroBertsOwnNameOfThePoolingIsRead() throws IOException {
    String own =
        Files.readString(GoldenCase.of("eurobert-seqcls-bos").folder().resolve("config.json"));
    String config = own.replace("classifier_pooling", "clf_pooling");
    answersAsRecorded(
        "eurobert-seqcls-bos",
        config.substring(0, config.lastIndexOf('}')).stripTrailing()
            + ", "
            + map("modeling_eurobert.EuroBertForSequenceClassification"),
        "modeling_eurobert");
  }

  private static final String JINA =
      "{\"architectures\": [\"XLMRobertaModel\"], \"model_type\": \"xlm-roberta\", \"hidden_size\":"
          + " 32, \"num_hidden_layers\": 3, \"num_attention_heads\": 4, \"intermediate_size\": 48,"
          + " \"hidden_act\": \"gelu\", \"max_position_embeddings\": 66, \"pad_token_id\": 1,"
          + " \"type_vocab_size\": 1, \"layer_norm_eps\": 1e-05, \"position_embedding_type\":"
          + " \"rotary\", \"rotary_emb_base\": 20000.0, \"lora_adaptations\": [\"a.query\","
          + " \"a.passage\"], \"lora_rank\": 2, \"lora_alpha\": 1, \"load_trained_adapters\": true,"
          + " \"task_instructions\": {\"a.query\": \"\", \"a.passage\": \"\"}, \"vocab_size\": 160,"
          + " ";
  private static final String LORA =
      map("jinaai/xlm-roberta-flash-implementation--modeling_lora.XLMRobertaLoRA");

  @Test
  void jinasCodeIsReadWithoutATask() throws IOException {
    answersAsRecorded("jina-v3-model", JINA + LORA, "--task chooses one of a.query, a.passage");
  }

  @Test
  void aTasksUpdateIsAdded() throws IOException {
    Map<String, TensorData> stored = new LinkedHashMap<>();
    String module = "roberta.layers.0.mlp.fc1";
    String table = "roberta.embeddings.word_embeddings";
    put(stored, module + ".parametrizations.weight.original", Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    put(stored, module + ".parametrizations.weight.0.lora_A", Shape.of(2, 1, 3), 9, 9, 9, 1, 2, 3);
    put(stored, module + ".parametrizations.weight.0.lora_B", Shape.of(2, 2, 1), 9, 9, 10, 20);
    put(stored, table + ".parametrizations.weight.original", Shape.of(3, 2), 0, 0, 0, 0, 0, 0);
    put(stored, table + ".parametrizations.weight.0.lora_A", Shape.of(2, 3, 1), 9, 9, 9, 1, 2, 3);
    put(stored, table + ".parametrizations.weight.0.lora_B", Shape.of(2, 1, 2), 9, 9, 10, 20);
    CustomCode passage = code(JINA + LORA, Optional.of("a.passage"));
    Map<String, TensorData> merged = passage.tensors().apply(stored);
    assertThat(merged).containsOnlyKeys(module + ".weight", table + ".weight");
    assertThat(numbers(merged, module)).containsExactly(6, 12, 18, 14, 25, 36); // scale 1/2
    assertThat(numbers(merged, table)).containsExactly(5, 10, 10, 20, 15, 30);
    Map<String, TensorData> plain = code(JINA + LORA, Optional.empty()).tensors().apply(stored);
    assertThat(numbers(plain, module)).containsExactly(1, 2, 3, 4, 5, 6);
    assertThatThrownBy(() -> code(JINA + LORA, Optional.of("a.titles")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the model has a.query, a.passage");
  }

  private static void put(
      Map<String, TensorData> tensors, String name, Shape shape, float... numbers) {
    tensors.put(name, TensorViews.of(name, shape, numbers));
  }

  private static float[] numbers(Map<String, TensorData> tensors, String module)
      throws IOException {
    TensorData tensor = tensors.get(module + ".weight");
    return EdgeModel.floats(java.util.Objects.requireNonNull(tensor));
  }

  @Test
  void withLearnedPositionsItIsXlmRobertaUnderOtherNames() throws IOException {
    EdgeModel original = EdgeModel.of("xlm-roberta-seqcls-f16");
    Map<String, TensorData> own = new LinkedHashMap<>();
    original.weights().tensors().forEach((name, tensor) -> own.put(flash(name), tensor));
    for (String name : List.copyOf(own.keySet())) {
      if (name.contains("Wqkv.query")) {
        String all = name.replace("Wqkv.query", "Wqkv");
        own.put(
            all,
            TensorViews.concatenated(
                all,
                List.of(
                    take(own, name),
                    take(own, name.replace("query", "key")),
                    take(own, name.replace("query", "value")))));
      }
    }
    String config =
        JINA.replace("\"rotary\"", "\"absolute\"") + map("modeling_xlm_roberta.XLMRobertaModel");
    CustomCode code = code(config, Optional.empty());
    assertThat(code.config().value("model_type")).isEqualTo("xlm-roberta");
    Map<String, TensorData> read = code.tensors().apply(own);
    assertThat(read.keySet()).isEqualTo(original.weights().tensors().keySet());
    for (Map.Entry<String, TensorData> tensor : read.entrySet()) {
      assertThat(EdgeModel.floats(tensor.getValue()))
          .as(tensor.getKey())
          .containsExactly(original.numbers(tensor.getKey()));
    }
  }

  private static TensorData take(Map<String, TensorData> from, String name) {
    return java.util.Objects.requireNonNull(from.remove(name));
  }

  private static String flash(String name) {
    return name.replace("embeddings.LayerNorm", "emb_ln")
        .replace("encoder.layer", "encoder.layers")
        .replace("attention.self.", "mixer.Wqkv.")
        .replace("attention.output.dense", "mixer.out_proj")
        .replace("attention.output.LayerNorm", "norm1")
        .replace("intermediate.dense", "mlp.fc1")
        .replace("output.dense", "mlp.fc2")
        .replace("output.LayerNorm", "norm2");
  }

  @Test
  void decodersOfGteSeeBothWays() throws IOException {
    String recorded =
        Files.readString(GoldenCase.of("llama-model-not-causal").folder().resolve("config.json"));
    String own = recorded.replace("\"is_causal\": false,", "");
    String llama =
        own.replace("\"llama\"", "\"llama_bidirec\"")
            .replace("\"LlamaModel\"", "\"LlamaBidirectionalModel\"");
    answersAsRecorded(
        "llama-model-not-causal",
        llama.substring(0, llama.lastIndexOf('}')).stripTrailing()
            + ", \"pooling\": \"avg\", \"temperature\": 0.02, "
            + map("llama_bidirectional_model.LlamaBidirectionalModel"),
        "every token sees all");
    String qwen =
        "{\"architectures\": [\"Qwen2ForCausalLM\"], \"model_type\": \"qwen2\","
            + " \"transformers_version\": \"4.41.2\", ";
    CustomCode code = code(qwen + map("modeling_qwen.Qwen2Model"), Optional.empty());
    assertThat(code.config().value("is_causal")).isEqualTo(false);
    assertThat(code.note()).contains("gte-Qwen2");
  }

  /** The projection follows the last norm; the mean of what it makes is that of the mean. */
  @Test
  void voyagesProjectionFollowsTheModel() throws IOException {
    GoldenCase golden = GoldenCase.of("qwen3-model-not-causal");
    String own =
        Files.readString(golden.folder().resolve("config.json"))
            .replace("\"is_causal\": false", "\"use_bidirectional_attention\": true")
            .replace("Qwen3Model", "VoyageQwen3BidirectionalEmbedModel");
    String config =
        own.substring(0, own.lastIndexOf('}')).stripTrailing()
            + ", \"num_labels\": 2, "
            + map("modeling_voyage.VoyageQwen3BidirectionalEmbedModel");
    CustomCode code = code(config, Optional.empty());
    Map<String, TensorData> stored = new LinkedHashMap<>();
    EdgeModel.of("qwen3-model-not-causal")
        .weights()
        .tensors()
        .forEach((name, tensor) -> stored.put("model." + name, tensor));
    int d = code.config().size("hidden_size");
    float[] projection = new float[2 * d];
    projection[3] = 2;
    projection[d] = 1;
    projection[d + 1] = -1;
    stored.put("linear.weight", TensorViews.of("linear.weight", Shape.of(2, d), projection));
    EdgeModel model = new EdgeModel(code.config(), CheckpointWeights.of(stored, "voyage"));
    for (GoldenCase.Input input : golden.inputs()) {
      if (input.ids().length == 1) {
        float[] mean = GoldenAnswers.mean(input.answer()[0], input.mask()[0]);
        float[] answer = model.answer(input.ids()[0], input.mask()[0]);
        assertThat(GoldenAnswers.mean(answer, input.mask()[0]))
            .as(input.name())
            .containsExactly(new float[] {2 * mean[3], mean[0] - mean[1]}, within(2e-4f));
      }
    }
  }

  @Test
  void jinaBertsCodeIsKnownByItsPositions() {
    String config =
        "{\"architectures\": [\"JinaBertForMaskedLM\"], \"model_type\": \"bert\","
            + " \"position_embedding_type\": \"alibi\", \"feed_forward_type\": \"geglu\", ";
    CustomCode code =
        code(
            config + map("jinaai/jina-bert-implementation--modeling_bert.JinaBertForMaskedLM"),
            Optional.empty());
    assertThat(Architectures.family(code.config()).orElseThrow().family()).isEqualTo("JinaBERT");
    assertThat(code.config().value("position_embedding_type")).isNull();
  }

  @Test
  void codeThatNobodyKnowsIsRefused() throws IOException {
    String config =
        Files.readString(GoldenCase.of("llama-model-not-causal").folder().resolve("config.json"));
    Path folder =
        folder(
            "llama-model-not-causal",
            config.substring(0, config.lastIndexOf('}')).stripTrailing()
                + ", "
                + map("modeling_mine.Model"));
    assertThatThrownBy(() -> Architectures.open(folder).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("custom code in Python (auto_map)");
  }

  private static String map(String code) {
    return "\"auto_map\": {\"AutoModel\": \"" + code + "\"}}";
  }

  private static CustomCode code(String config, Optional<String> task) {
    return Architectures.families(task)
        .customCode(HfConfig.parse(config, "config.json"))
        .orElseThrow();
  }

  private Path folder(String recorded, String config) throws IOException {
    Path folder = Files.createTempDirectory(scratch, "own-code");
    Path weights = GoldenCase.of(recorded).folder().resolve("model.safetensors");
    Files.copy(weights, folder.resolve("model.safetensors"));
    Files.writeString(folder.resolve("config.json"), config);
    return folder;
  }

  private void answersAsRecorded(String recorded, String config, String note) throws IOException {
    Path folder = folder(recorded, config);
    try (Checkpoint checkpoint = Architectures.open(folder)) {
      assertThat(checkpoint.notes()).anyMatch(n -> n.contains(note));
    }
    Path file = folder.resolve("out.tflite");
    Converter.of(folder)
        .withOptions(ConversionOptions.defaults().withRecipe(Recipe.F32))
        .convert(file);
    GoldenCase golden = GoldenCase.of(recorded);
    try (RawModel model = RawModel.open(file)) {
      for (GoldenCase.Input input : golden.inputs()) {
        float[] answer = model.answer(input.ids()[0], input.mask()[0], null).values();
        float[] all = input.answer()[0];
        float[] expected =
            all.length == answer.length ? all : GoldenAnswers.mean(all, input.mask()[0]);
        assertThat(answer).as(input.name()).containsExactly(expected, within(2e-4f));
      }
    }
  }
}
