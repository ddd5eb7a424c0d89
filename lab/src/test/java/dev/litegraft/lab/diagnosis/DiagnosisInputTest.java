package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.diagnosis.PlantedCheckpoint.F32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.graph.Graph;
import dev.litegraft.graph.GraphBuilder;
import dev.litegraft.graph.Value;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.tensor.DType;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tflite.TfliteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what a diagnosis hopes for. */
class DiagnosisInputTest {
  private static final Path LLAMA = PlantedCheckpoint.golden("llama-base-gqa-f32");

  @TempDir Path scratch = Path.of("");

  private Path converted(Path folder, ConversionOptions options) throws IOException {
    Path file = scratch.resolve("file.tflite");
    Converter.of(folder).withOptions(options).withThreads(2).convert(file);
    return file;
  }

  private static DiagnosisReport diagnosed(Path folder, Path file) throws IOException {
    return Diagnosis.of(folder, file).withThreads(2).run();
  }

  /** Weights, vocabulary and architecture are others; nothing of it is called a setting. */
  @ParameterizedTest
  @CsvSource({
    "llama-base-gqa-f32, bert-seqcls",
    "bert-seqcls, llama-base-gqa-f32",
    "llama-base-gqa-f32, llama-mha-f32",
    "gpt2-seqcls, llama-base-gqa-f32",
    "qwen2-seqcls, mistral-seqcls-nowindow-bf16",
  })
  void aFileOfAnotherModelHasOtherWeightsOrCannotBeAsked(String own, String other)
      throws IOException {
    Path folder = PlantedCheckpoint.golden(own);
    Path file = converted(PlantedCheckpoint.golden(other), F32);
    try {
      DiagnosisReport report = diagnosed(folder, file);
      assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
      assertThat(report.explainedBy()).isEmpty();
    } catch (InvalidInputException e) {
      assertThat(e).hasMessageContaining("the file").hasMessageContaining("this checkpoint");
    }
  }

  @Test
  void aFileWithMoreLabelsIsRefusedWithBothNumbers() throws IOException {
    Path file = converted(PlantedCheckpoint.golden("llama-attnbias-mlpbias"), F32);
    assertThatThrownBy(() -> diagnosed(LLAMA, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("3 numbers")
        .hasMessageContaining("gives 2");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 16, 64})
  void aStaticLengthShorterOrLongerThanTheProbesIsNoHindrance(int length) throws IOException {
    ConversionOptions fixed = F32.withLengths(List.of(length));
    assertThat(diagnosed(LLAMA, converted(LLAMA, fixed)).match()).isTrue();
    Path wrong =
        PlantedCheckpoint.file(
            LLAMA, Faults.setting("hidden_act", "gelu"), fixed, scratch.resolve("wrong"));
    DiagnosisReport report = diagnosed(LLAMA, wrong);
    assertThat(report.explainedBy()).as(report.verdict()).hasSize(1);
    assertThat(report.explainedBy().get(0).setting()).isEqualTo("hidden_act");
  }

  @Test
  void notANumberIsFoundWhereItBegins() throws IOException {
    Map<String, RewiredGraph.Wiring> wirings =
        Map.of(
            "rmsNorm",
            (f, in, a) -> {
              Value normed = f.rmsNorm((Value) a[0], (dev.litegraft.layer.RmsNorm) a[1]);
              boolean second =
                  ((dev.litegraft.layer.RmsNorm) a[1]).name().contains("layers.1.input_layernorm");
              // 3e38 · 3e38 is infinite, and infinity minus infinity is no number.
              return second ? f.scale(f.scale(normed, 3e38), 3e38) : normed;
            });
    Path file = RewiredGraph.file(LLAMA, wirings, scratch.resolve("nan.tflite"));
    DiagnosisReport report = diagnosed(LLAMA, file);
    assertThat(report.match()).isFalse();
    assertThat(report.kind()).isEqualTo(Kind.NOT_EXPLAINED);
    assertThat(report.verdict()).contains("NaN or infinity").contains("begin at model.layers.1");
  }

  /** As a generative export has them. */
  @Test
  void aFileWithCachesIsRefusedAndItsInputsAreNamed() throws IOException {
    GraphBuilder builder = new GraphBuilder();
    Value ids = builder.input("tokens", DType.I32, Shape.of(1, 8));
    builder.input("input_pos", DType.I32, Shape.of(8));
    Value cache = builder.input("kv_cache_k_0", DType.F32, Shape.of(1, 8, 2, 16));
    Value logits = builder.add(builder.cast(ids, DType.F32), builder.scalar(1));
    Value kept = builder.add(cache, builder.scalar(1));
    Graph graph = builder.build("serving_default", Map.of("logits", logits, "kv", kept));
    Path file = scratch.resolve("generative.tflite");
    TfliteWriter.of(TfliteWriter.Options.of("test").withThreads(1)).write(file, List.of(graph));
    assertThatThrownBy(() -> diagnosed(LLAMA, file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("input_pos")
        .hasMessageContaining("kv_cache_k_0");
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    Path whole = converted(LLAMA, F32);
    Path cut = scratch.resolve("cut.tflite");
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(cut, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThatThrownBy(() -> diagnosed(LLAMA, cut)).isInstanceOf(InvalidInputException.class);
  }

  /** The logits are the checkpoint's; what they are called is not. */
  @Test
  void exchangedNamesOfLabelsAreNamed() throws IOException {
    Path file =
        PlantedCheckpoint.file(
            LLAMA,
            in -> {
              in.set("id2label", Map.of("0", "LABEL_1", "1", "LABEL_0"));
              in.set("label2id", Map.of("LABEL_1", 0, "LABEL_0", 1));
            },
            F32,
            scratch);
    DiagnosisReport report = diagnosed(LLAMA, file);
    assertThat(report.match()).isFalse();
    assertThat(report.explainedBy().get(0).setting()).isEqualTo("label_order");
    assertThat(report.verdict()).contains("the numbers are the checkpoint's");
  }
}
