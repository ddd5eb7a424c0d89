package dev.litegraft.checkpoint.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.checkpoint.Golden;
import dev.litegraft.checkpoint.Refusal;
import dev.litegraft.checkpoint.config.Labels;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merged weights against {@code W + scale · B · A}, computed here in f64. */
class AdapterMergeTest {
  private static final String LLAMA = "llama-base-gqa-f32";
  private static final String Q0 = "model.layers.0.self_attn.q_proj";

  /** Weights are about 1; f32 rounds them to 1e-7. */
  private static final double ROUNDING = 1e-5;

  @TempDir Path scratch = Path.of("");

  @Test
  void alphaOverRankScalesTheProduct() throws IOException {
    requireMerged(LLAMA, AdapterFolder.ofLlama(), Q0, Q0, 6.0 / 2);
  }

  @Test
  void rankStabilizedAdaptersDivideByTheRootOfTheRank() throws IOException {
    AdapterFolder adapter = AdapterFolder.ofLlama().with("use_rslora", "true");
    requireMerged(LLAMA, adapter, Q0, Q0, 6 / Math.sqrt(2));
  }

  @ParameterizedTest
  @CsvSource({
    "model.layers.0.self_attn.q_proj",
    "self_attn.q_proj",
    "layers\\\\.[01]\\\\..*q_proj",
    "^model.layers.0.self_attn.q_proj"
  })
  void patternsGiveModulesRanksAndAlphasOfTheirOwn(String pattern) throws IOException {
    AdapterFolder adapter = new AdapterFolder();
    for (int i = 0; i < 3; i++) {
      boolean matches =
          i == 0 || (i == 1 && pattern.contains("[01]")) || pattern.startsWith("self");
      adapter.lora("model.layers." + i + ".self_attn.q_proj", 64, 64, matches ? 4 : 2);
    }
    adapter
        .with("rank_pattern", "{\"" + pattern + "\": 4}")
        .with("alpha_pattern", "{\"" + pattern + "\": 10.0}");
    requireMerged(LLAMA, adapter, Q0, Q0, 10.0 / 4);
    String last = "model.layers.2.self_attn.q_proj";
    requireMerged(LLAMA, adapter, last, last, pattern.startsWith("self") ? 10.0 / 4 : 3);
  }

  @Test
  void namesWithTheAdaptersNameInThemMeanTheSame() throws IOException {
    AdapterFolder adapter = new AdapterFolder().with("layers_to_transform", "[0]");
    String prefix = "base_model.model." + Q0;
    adapter
        .add(prefix + ".lora_A.default.weight", 2, 64)
        .add(prefix + ".lora_B.default.weight", 64, 2)
        .add("base_model.model.score.modules_to_save.default.weight", 7, 64)
        .add("base_model.model.score.original_module.weight", 2, 64);
    try (Checkpoint checkpoint = open(LLAMA, adapter)) {
      requireSum(
          checkpoint,
          LLAMA,
          Q0,
          3,
          adapter.matrix(prefix + ".lora_A.default.weight"),
          adapter.matrix(prefix + ".lora_B.default.weight"),
          false);
      assertThat(checkpoint.weights().tensor("score.weight", 7, 64)).isNotNull();
      assertThat(checkpoint.notes().toString()).contains("original_module");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aReplacedWeightUnderAnUpdateIsItsBase(boolean plainNameToo) throws IOException {
    AdapterFolder adapter =
        new AdapterFolder()
            .with("target_modules", "[\"score\"]")
            .add("base_model.model.score.base_layer.weight", 5, 64)
            .lora("score", 64, 5, 2);
    if (plainNameToo) {
      // The module that PEFT loads into has no weight of this name.
      adapter.add("base_model.model.score.weight", 5, 64);
    }
    float[][] replaced = adapter.matrix("base_model.model.score.base_layer.weight");
    try (Checkpoint checkpoint = open(LLAMA, adapter)) {
      float[][] merged = matrix(checkpoint.weights().tensors().get("score.weight"));
      float[][] a = adapter.a("score");
      float[][] b = adapter.b("score");
      for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 64; j++) {
          double product = (double) b[i][0] * a[0][j] + (double) b[i][1] * a[1][j];
          assertThat((double) merged[i][j])
              .isCloseTo(replaced[i][j] + 3 * product, within(ROUNDING));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "score.weight, score.modules_to_save.weight, 'score.original_module.weight'",
    "score.weight, score.modules_to_save.default.weight, ''",
  })
  void ofATensorUnderTwoNamesTheOneThatPeftLoadsIsTaken(String loaded, String left, String original)
      throws IOException {
    for (boolean loadedFirst : new boolean[] {true, false}) {
      AdapterFolder adapter =
          new AdapterFolder().with("layers_to_transform", "[0]").lora(Q0, 64, 64, 2);
      adapter.add("base_model.model." + (loadedFirst ? loaded : left), 7, 64);
      adapter.add("base_model.model." + (loadedFirst ? left : loaded), 7, 64);
      if (!original.isEmpty()) {
        adapter.add("base_model.model." + original, 2, 64);
      }
      try (Checkpoint checkpoint = open(LLAMA, adapter)) {
        assertThat(matrix(checkpoint.weights().tensors().get("score.weight")))
            .isDeepEqualTo(adapter.matrix("base_model.model." + loaded));
        assertThat(checkpoint.notes().toString()).contains(left, original);
      }
    }
  }

  @Test
  void aBiasOfTheSecondMatrixIsScaledToo() throws IOException {
    String name = "bert.encoder.layer.1.attention.self.query";
    AdapterFolder adapter =
        new AdapterFolder()
            .with("target_modules", "[\"layer.1.attention.self.query\"]")
            .with("lora_bias", "true")
            .lora(name, 64, 64, 2);
    float[] bias = new float[64];
    for (int i = 0; i < 64; i++) {
      bias[i] = i / 7f;
    }
    adapter.addVector("base_model.model." + name + ".lora_B.bias", bias);
    try (Checkpoint checkpoint = open("bert-seqcls", adapter);
        Checkpoint base = Checkpoint.open(Golden.folder("bert-seqcls"))) {
      requireSum(checkpoint, "bert-seqcls", name, 3, adapter.a(name), adapter.b(name), false);
      float[] before = vector(base.weights().tensor(name + ".bias", 64));
      float[] merged = vector(checkpoint.weights().tensor(name + ".bias", 64));
      for (int i = 0; i < 64; i++) {
        assertThat((double) merged[i]).isCloseTo(before[i] + 3.0 * bias[i], within(ROUNDING));
      }
    }
  }

  private static float[] vector(TensorData tensor) throws IOException {
    float[] numbers = new float[tensor.shape().dim(0)];
    tensor.read(0, numbers, 0, 1);
    tensor.read(1, numbers, 1, numbers.length - 1);
    return numbers;
  }

  @Test
  void aHeadMayHaveMoreRowsAndBiasesThanTheBaseModels() throws IOException {
    String name = "bert.encoder.layer.1.attention.self.query";
    AdapterFolder adapter =
        new AdapterFolder()
            .with("target_modules", "[\"layer.1.attention.self.query\"]")
            .with("modules_to_save", "[\"classifier\", \"score\"]")
            .lora(name, 64, 64, 2)
            .add("base_model.model.classifier.weight", 9, 64)
            .addVector("base_model.model.classifier.bias", new float[9]);
    try (Checkpoint checkpoint = open("bert-seqcls", adapter)) {
      assertThat(Labels.of(checkpoint.config()).count()).isEqualTo(9);
      assertThat(checkpoint.weights().tensor("classifier.bias", 9)).isNotNull();
    }
  }

  @Test
  void aTensorUnderTwoNamesOfAWrapperIsRefused() throws IOException {
    AdapterFolder adapter =
        new AdapterFolder()
            .with("layers_to_transform", "[0]")
            .lora(Q0, 64, 64, 2)
            .add("base_model.model.score.modules_to_save.weight", 5, 64)
            .add("base_model.model.score.modules_to_save.default.weight", 5, 64);
    assertThat(Refusal.of(() -> open(LLAMA, adapter).close()).what()).contains("twice");
  }

  @Test
  void gpt2StoresItsMatricesTheOtherWayRound() throws IOException {
    AdapterFolder adapter = new AdapterFolder().with("target_modules", "\".*attn.c_(attn|proj)\"");
    for (int i = 0; i < 3; i++) {
      adapter.lora("transformer.h." + i + ".attn.c_attn", 64, 192, 2);
      adapter.lora("transformer.h." + i + ".attn.c_proj", 64, 64, 2);
    }
    // fan_in_fan_out is false here: PEFT goes by the kind of the module, and so do we.
    for (String module : new String[] {"c_attn", "c_proj"}) {
      String name = "transformer.h.1.attn." + module;
      try (Checkpoint checkpoint = open("gpt2-seqcls", adapter)) {
        requireSum(checkpoint, "gpt2-seqcls", name, 3, adapter.a(name), adapter.b(name), true);
      }
    }
  }

  @Test
  void embeddingsAreUpdatedByTheirColumns() throws IOException {
    String name = "model.embed_tokens";
    AdapterFolder adapter =
        AdapterFolder.ofLlama()
            .with("target_modules", "[\"q_proj\", \"embed_tokens\"]")
            .add("base_model.model." + name + ".lora_embedding_A", 2, 256)
            .add("base_model.model." + name + ".lora_embedding_B", 64, 2);
    try (Checkpoint checkpoint = open(LLAMA, adapter)) {
      requireSum(
          checkpoint,
          LLAMA,
          name,
          3,
          adapter.matrix("base_model.model." + name + ".lora_embedding_A"),
          adapter.matrix("base_model.model." + name + ".lora_embedding_B"),
          true);
    }
  }

  @Test
  void biasesThatWereTrainedReplaceTheBaseModels() throws IOException {
    AdapterFolder adapter =
        new AdapterFolder()
            .with("target_modules", "[\"query\"]")
            .with("bias", "\"all\"")
            .with("layers_to_transform", "1");
    String module = "bert.encoder.layer.1.attention.self.query";
    float[] bias = new float[64];
    bias[5] = 3;
    adapter.lora(module, 64, 64, 2);
    adapter.addVector("base_model.model." + module + ".base_layer.bias", bias);
    try (Checkpoint checkpoint = open("bert-seqcls", adapter)) {
      float[] read = new float[64];
      checkpoint.weights().tensor(module + ".bias", 64).read(0, read, 0, 64);
      assertThat(read).isEqualTo(bias);
      requireSum(checkpoint, "bert-seqcls", module, 3, adapter.a(module), adapter.b(module), false);
    }
  }

  @Test
  void anAdapterOfAClassWithAHeadFitsABareModel() throws IOException {
    AdapterFolder adapter = new AdapterFolder().with("target_modules", "[\"query\"]");
    for (int i = 0; i < 2; i++) {
      adapter.lora("bert.encoder.layer." + i + ".attention.self.query", 48, 48, 2);
    }
    adapter.add("base_model.model.classifier.weight", 4, 48);
    try (Checkpoint checkpoint = open("bert-model-meanpool", adapter)) {
      assertThat(checkpoint.weights().tensors())
          .containsKeys("bert.embeddings.word_embeddings.weight", "classifier.weight");
      assertThat(checkpoint.config().texts("architectures"))
          .containsExactly("BertForSequenceClassification");
      assertThat(Labels.of(checkpoint.config()).count()).isEqualTo(4);
    }
  }

  @Test
  void anAdapterOfABareModelFitsAClassWithAHead() throws IOException {
    AdapterFolder adapter =
        new AdapterFolder()
            .with("task_type", "\"FEATURE_EXTRACTION\"")
            .with("target_modules", "[\"query\"]");
    for (int i = 0; i < 3; i++) {
      adapter.lora("encoder.layer." + i + ".attention.self.query", 64, 64, 2);
    }
    String module = "encoder.layer.2.attention.self.query";
    try (Checkpoint checkpoint = open("bert-seqcls", adapter)) {
      requireSum(
          checkpoint,
          "bert-seqcls",
          "bert." + module,
          3,
          adapter.a(module),
          adapter.b(module),
          false);
      assertThat(checkpoint.config().texts("architectures")).containsExactly("BertModel");
    }
  }

  @Test
  void aCausalModelBecomesTheClassifierThatWasTrained() throws IOException {
    AdapterFolder adapter = AdapterFolder.ofLlama();
    try (Checkpoint checkpoint = open("llama-causallm-tied-bf16", adapter)) {
      assertThat(checkpoint.config().texts("architectures"))
          .containsExactly("LlamaForSequenceClassification");
      assertThat(Labels.of(checkpoint.config()).names()).hasSize(5).startsWith("LABEL_0");
      TensorData head = checkpoint.weights().tensor("score.weight", 5, 64);
      float[] row = new float[64];
      head.read(64 * 3, row, 0, 64);
      assertThat(row).isEqualTo(adapter.matrix("base_model.model.score.weight")[3]);
      assertThat(checkpoint.sha256(2))
          .containsKeys("base_model.model.score.weight", "model.layers.0.self_attn.q_proj.weight");
      checkpoint.requireAdapterRead();
    }
  }

  @Test
  void aTableWithMoreWordsChangesTheNumberOfWords() throws IOException {
    AdapterFolder adapter =
        AdapterFolder.ofLlama().add("base_model.model.model.embed_tokens.weight", 259, 64);
    try (Checkpoint checkpoint = open(LLAMA, adapter)) {
      assertThat(checkpoint.config().integer("vocab_size")).isEqualTo(259);
      assertThat(checkpoint.weights().tensor("model.embed_tokens.weight", 259, 64)).isNotNull();
    }
  }

  private void requireMerged(
      String base, AdapterFolder adapter, String adapted, String stored, double scale)
      throws IOException {
    try (Checkpoint checkpoint = open(base, adapter)) {
      requireSum(checkpoint, base, stored, scale, adapter.a(adapted), adapter.b(adapted), false);
    }
  }

  private static void requireSum(
      Checkpoint checkpoint,
      String base,
      String module,
      double scale,
      float[][] a,
      float[][] b,
      boolean turned)
      throws IOException {
    float[][] merged = matrix(checkpoint.weights().tensors().get(module + ".weight"));
    float[][] plain;
    try (Checkpoint unmerged = Checkpoint.open(Golden.folder(base))) {
      plain = matrix(unmerged.weights().tensors().get(module + ".weight"));
    }
    for (int i = 0; i < plain.length; i++) {
      for (int j = 0; j < plain[0].length; j++) {
        int out = turned ? j : i;
        int in = turned ? i : j;
        double product = 0;
        for (int k = 0; k < a.length; k++) {
          product += (double) b[out][k] * a[k][in];
        }
        assertThat((double) merged[i][j])
            .as("%s [%d, %d]", module, i, j)
            .isCloseTo(plain[i][j] + scale * product, within(ROUNDING));
      }
    }
  }

  private static float[][] matrix(@org.jspecify.annotations.Nullable TensorData data)
      throws IOException {
    if (data == null) {
      throw new AssertionError("no such tensor");
    }
    float[][] rows = new float[data.shape().dim(0)][data.shape().dim(1)];
    for (int i = 0; i < rows.length; i++) {
      data.read((long) i * rows[i].length, rows[i], 0, rows[i].length);
    }
    return rows;
  }

  private Checkpoint open(String base, AdapterFolder adapter) throws IOException {
    return Checkpoint.open(
        Golden.folder(base),
        Optional.of(adapter.write(scratch.resolve("adapter"))),
        Architectures::moduleNames);
  }
}
