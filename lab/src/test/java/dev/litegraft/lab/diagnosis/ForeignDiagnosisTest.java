package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.verification.LayerDifference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of TensorFlow's converter: the fault is named first, and their custom apart from it. */
class ForeignDiagnosisTest {
  private static final Path FILES = Path.of("src/test/resources/foreign");
  private static final String BASE = "llama-base-gqa-f32";
  private static final String SMOL = "llama-smollm2-like-bf16";
  private static final String QWEN = "qwen2-seqcls";
  private static final String BERT = "bert-seqcls";
  private static final String CUSTOM = "the token at mask.sum() - 1";

  private static DiagnosisReport diagnosed(String name, String file) throws IOException {
    Path path = FILES.resolve(name).resolve(file + ".tflite");
    return Diagnosis.of(PlantedCheckpoint.golden(name), path).withThreads(2).run();
  }

  private static void readsAtCount(DiagnosisReport report) {
    assertThat(report.conventions()).extracting(Explanation::file).containsExactly(CUSTOM);
  }

  @ParameterizedTest
  @CsvSource({BASE + ", good.f16", SMOL + ", good.f16", BASE + ", good.int8"})
  void nothingIsClaimedOfAGoodFile(String name, String file) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.explainedBy()).isEmpty();
    readsAtCount(report);
  }

  @ParameterizedTest
  @CsvSource({QWEN + ", softmax-good.f16, softmax", BERT + ", sigmoid-good.f16, sigmoid"})
  void probabilitiesAreAConvention(String name, String file, String function) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.conventions().get(0).setting()).isEqualTo("output");
    assertThat(report.conventions().get(0).file()).startsWith(function);
  }

  @Test
  void ofThreeInputsTheTokenTypesAreThoseThatChooseRowsOfASmallTable() throws IOException {
    DiagnosisReport report = diagnosed(BERT, "three-layer_norm_eps.f16");
    List<Explanation> found = report.explainedBy();
    assertThat(found).extracting(Explanation::setting).containsExactly("layer_norm_eps");
    assertThat(Double.parseDouble(found.get(0).file()))
        .isCloseTo(0.02, org.assertj.core.data.Percentage.withPercentage(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          good.f16              | stored as f16
          good.int8             | int8 with a scale a row (21)
          fused_rope_theta.int8 | self_attn.k_proj, self_attn.q_proj, self_attn.v_proj in one matrix
          qkv_row_order.f32     | stored as f32
          """)
  void whatTheToolMadeOfTheWeightsIsSaid(String file, String said) throws IOException {
    FoundWeights weights = diagnosed(BASE, file).weights().orElseThrow();
    assertThat(weights.found()).isEqualTo(weights.lookedFor());
    assertThat(weights.madeOfThem())
        .anyMatch(s -> s.contains(said))
        .anyMatch(
            s ->
                s.startsWith("input_layernorm folded into self_attn.k_proj, self_attn.q_proj,")
                    && s.endsWith("of every layer"));
  }

  @Test
  void theValuesInsideAreFoundByFollowingTheGraph() throws IOException {
    Path path = FILES.resolve(BASE).resolve("rope_theta.f16.tflite");
    DiagnosisReport report =
        Diagnosis.of(PlantedCheckpoint.golden(BASE), path).withThreads(2).withLayers(true).run();
    assertThat(report.layers()).extracting(LayerDifference::name).contains("logits");
    assertThat(report.layers().stream().filter(LayerDifference::departs).findFirst())
        .map(LayerDifference::name)
        .contains("model.layers.0.self_attn.o_proj");
    assertThat(report.narrowed().orElseThrow()).contains("layer 0").contains("rotary positions");
  }

  @ParameterizedTest
  @CsvSource({
    BASE + ", num_hidden_layers.f32, num_hidden_layers",
    BASE + ", qkv_row_order.f32, qkv_row_order",
  })
  void theFaultIsNamedFirst(String name, String file, String setting) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.explainedBy().get(0).setting()).as(report.verdict()).isEqualTo(setting);
    readsAtCount(report);
  }

  @ParameterizedTest
  @CsvSource({
    BASE + ", rope_theta.f16, 500000",
    QWEN + ", extra-rope_theta.f16, 10000",
    QWEN + ", batch-rope_theta.int8, 10000",
    BASE + ", fused_rope_theta.int8, 500000",
    SMOL + ", rope_theta.int8, 10000",
  })
  void theRotaryBaseIsFitted(String name, String file, double theta) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    List<Explanation> found = report.explainedBy();
    assertThat(found)
        .as(report.verdict())
        .extracting(Explanation::setting)
        .containsExactly("rope_theta");
    assertThat(Double.parseDouble(found.get(0).file()))
        .isCloseTo(theta, org.assertj.core.data.Percentage.withPercentage(2));
  }

  @ParameterizedTest
  @CsvSource({BASE + ", pooling.f32"})
  void aTokenThatPlainRowsTellIsAFault(String name, String file) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.explainedBy()).extracting(Explanation::setting).containsExactly("pooling");
    assertThat(report.conventions()).isEmpty();
  }
}
