package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.ConversionOptions;
import dev.litegraft.ConversionReport;
import dev.litegraft.Converter;
import dev.litegraft.facts.ModelFacts;
import dev.litegraft.lab.verification.Verification;
import dev.litegraft.lab.verification.VerificationReport;
import dev.litegraft.quantize.Recipe;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file with an adapter in it answers as one of weights that were merged beforehand. */
class MergedAdapterTest {
  /** Both are f32; only the order of sums differs. */
  private static final double ROUNDING = 2e-5;

  private static final int RANK = 4;
  private static final double SCALE = 8.0 / RANK;

  @TempDir Path scratch = Path.of("");

  @Test
  void aCausalModelWithAnAdapterClassifies() throws IOException {
    TensorFile file = new TensorFile();
    EdgeModel merged = EdgeModel.of("llama-causallm-tied-bf16");
    for (int i = 0; i < 3; i++) {
      String layer = "model.layers." + i + ".";
      merged = update(merged, file, layer + "self_attn.q_proj", 64, 64, false);
      merged = update(merged, file, layer + "mlp.down_proj", 128, 64, false);
    }
    float[] head = file.add("base_model.model.score.weight", 0.2, 3, 64);
    merged =
        merged
            .as("LlamaForSequenceClassification")
            .with("num_labels", 3)
            .with("score.weight", Shape.of(3, 64), head);
    ConversionReport report =
        convert("llama-causallm-tied-bf16", file, "SEQ_CLS", "[\"q_proj\", \"down_proj\"]");
    assertThat(report.hfClass()).isEqualTo("LlamaForSequenceClassification");
    assertThat(report.labels()).hasSize(3);
    assertThat(report.notes()).anyMatch(note -> note.contains("changed 6 matrices"));
    requireSame(merged, 5, 17, 99, 3, 120);
  }

  @Test
  void gpt2sMatricesAreTurned() throws IOException {
    TensorFile file = new TensorFile();
    EdgeModel merged = EdgeModel.of("gpt2-seqcls");
    for (int i = 0; i < 3; i++) {
      String attention = "transformer.h." + i + ".attn.";
      merged = update(merged, file, attention + "c_attn", 64, 192, true);
      merged = update(merged, file, attention + "c_proj", 64, 64, true);
    }
    convert("gpt2-seqcls", file, "SEQ_CLS", "\".*attn\\\\.c_(attn|proj)\"");
    requireSame(merged, 5, 17, 99, 3, 120);
  }

  @Test
  void theFileSaysWhatItWasMadeFrom() throws IOException {
    TensorFile file = new TensorFile();
    EdgeModel merged = EdgeModel.of("bert-seqcls");
    for (int i = 0; i < 3; i++) {
      String module = "bert.encoder.layer." + i + ".attention.self.query";
      merged = update(merged, file, module, 64, 64, false);
    }
    convert("bert-seqcls", file, "SEQ_CLS", "[\"query\"]");
    requireSame(merged, 5, 17, 99, 3, 120);
    try (TfliteReader reader = TfliteReader.open(scratch.resolve("out.tflite"))) {
      ModelFacts facts = reader.facts().orElseThrow();
      assertThat(facts.provenance().adapterSha256()).isPresent();
      assertThat(facts.provenance().sourceFiles())
          .containsExactly("model.safetensors", "adapter_model.safetensors");
      assertThat(facts.provenance().tensorSha256())
          .containsKey("base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight");
    }
  }

  @Test
  void verificationNeedsTheAdapterAndAsksForIt() throws IOException {
    TensorFile file = new TensorFile();
    EdgeModel merged = EdgeModel.of("bert-seqcls");
    for (int i = 0; i < 3; i++) {
      String module = "bert.encoder.layer." + i + ".attention.self.query";
      merged = update(merged, file, module, 64, 64, false);
    }
    convert("bert-seqcls", file, "SEQ_CLS", "[\"query\"]");
    Verification verification =
        Verification.of(GoldenCase.of("bert-seqcls").folder(), scratch.resolve("out.tflite"))
            .asBrief();
    VerificationReport without = verification.run();
    assertThat(without.match()).isFalse();
    assertThat(without.notes()).anyMatch(note -> note.contains("--adapter"));
    VerificationReport with =
        verification.withAdapter(Optional.of(scratch.resolve("adapter"))).run();
    assertThat(with.match()).isTrue();
  }

  /** Adds a module's matrices to the adapter, and their product to the model's weight. */
  private static EdgeModel update(
      EdgeModel model, TensorFile file, String module, int in, int out, boolean turned)
      throws IOException {
    float[] a = file.add("base_model.model." + module + ".lora_A.weight", 0.1, RANK, in);
    float[] b = file.add("base_model.model." + module + ".lora_B.weight", 0.1, out, RANK);
    float[] weight = model.numbers(module + ".weight");
    for (int i = 0; i < out; i++) {
      for (int j = 0; j < in; j++) {
        double product = 0;
        for (int k = 0; k < RANK; k++) {
          product += (double) b[i * RANK + k] * a[k * in + j];
        }
        int at = turned ? j * out + i : i * in + j;
        weight[at] = (float) (weight[at] + SCALE * product);
      }
    }
    return model.with(module + ".weight", model.shape(module + ".weight"), weight);
  }

  private ConversionReport convert(String base, TensorFile file, String task, String targets)
      throws IOException {
    Path adapter = scratch.resolve("adapter");
    file.write(adapter.resolve("adapter_model.safetensors"));
    Files.writeString(
        adapter.resolve("adapter_config.json"),
        """
        {"peft_type": "LORA", "task_type": "%s", "r": %d, "lora_alpha": 8, "bias": "none",
         "target_modules": %s, "base_model_name_or_path": "a/b"}
        """
            .formatted(task, RANK, targets));
    ConversionOptions options =
        ConversionOptions.defaults().withRecipe(Recipe.F32).withAdapter(adapter);
    return Converter.of(GoldenCase.of(base).folder())
        .withOptions(options)
        .convert(scratch.resolve("out.tflite"));
  }

  private void requireSame(EdgeModel merged, int... ids) throws IOException {
    float[] expected = merged.answer(ids);
    try (RawModel model = RawModel.open(scratch.resolve("out.tflite"))) {
      float[] answer = model.answer(ids, null, null).values();
      assertThat(answer).hasSameSizeAs(expected);
      for (int i = 0; i < answer.length; i++) {
        assertThat((double) answer[i]).isCloseTo(expected[i], within(ROUNDING));
      }
    }
  }
}
