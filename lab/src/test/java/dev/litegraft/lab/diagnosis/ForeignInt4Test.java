package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** int4 files that say nothing of themselves, with the norms folded into the matrices. */
class ForeignInt4Test {
  private static final Path LLAMA = PlantedCheckpoint.golden("llama-base-gqa-f32");
  private static final String CHANNELS = "dynamic_wi4_afp32";
  private static final String BLOCKS = "dynamic_wi4_afp32_b32";

  @TempDir Path scratch = Path.of("");

  private static void fold(PlantedCheckpoint in) {
    in.fold("model\\.layers\\.\\d\\.input_layernorm\\.weight", "self_attn\\.[qkv]_proj\\.weight");
    in.fold(
        "model\\.layers\\.\\d\\.post_attention_layernorm\\.weight",
        "mlp\\.(gate|up)_proj\\.weight");
  }

  private DiagnosisReport diagnosed(Fault fault, String recipe) throws IOException {
    Recipe stored =
        Recipe.all().stream().filter(r -> r.canonicalName().equals(recipe)).findFirst().get();
    Fault folded = ForeignInt4Test::fold;
    Path file = PlantedCheckpoint.foreignFile(LLAMA, fault.and(folded), stored, scratch);
    return Diagnosis.of(LLAMA, file).withThreads(2).run();
  }

  @ParameterizedTest
  @ValueSource(strings = {CHANNELS, BLOCKS})
  void nothingIsClaimedOfAGoodFile(String recipe) throws IOException {
    DiagnosisReport report = diagnosed(in -> {}, recipe);
    assertThat(report.match()).as(report.verdict()).isTrue();
    FoundWeights weights = report.weights().orElseThrow();
    assertThat(weights.found()).as(weights.sentence()).isEqualTo(weights.lookedFor());
    assertThat(weights.madeOfThem())
        .anyMatch(s -> s.startsWith("input_layernorm folded into"))
        .anyMatch(s -> s.contains("int4"));
  }

  @ParameterizedTest
  @CsvSource({
    CHANNELS + ", rope_theta, 43210",
    CHANNELS + ", rms_norm_eps, 0.0137",
    BLOCKS + ", rope_theta, 43210",
  })
  void theValueIsMet(String recipe, String setting, double value) throws IOException {
    DiagnosisReport report = diagnosed(in -> in.set(setting, value), recipe);
    assertThat(report.explainedBy())
        .as(report.verdict())
        .extracting(Explanation::setting)
        .containsExactly(setting);
    assertThat(Double.parseDouble(report.explainedBy().get(0).file()))
        .isCloseTo(value, within(value * 0.02));
  }

  @ParameterizedTest
  @ValueSource(strings = {CHANNELS, BLOCKS})
  void twoFaultsAreNamed(String recipe) throws IOException {
    Fault both =
        in -> {
          in.set("hidden_act", "gelu_new");
          in.set("rms_norm_eps", 0.0137);
        };
    DiagnosisReport report = diagnosed(both, recipe);
    Map<String, String> found =
        report.explainedBy().stream()
            .collect(java.util.stream.Collectors.toMap(Explanation::setting, Explanation::file));
    assertThat(found).as(report.verdict()).containsOnlyKeys("hidden_act", "rms_norm_eps");
    assertThat(Double.parseDouble(found.get("rms_norm_eps"))).isCloseTo(0.0137, within(0.0003));
  }

  @Test
  void otherWeightsAreToldAtOnce() throws IOException {
    DiagnosisReport report =
        diagnosed(in -> in.randomize("model\\.layers\\.1\\.mlp\\.up_proj\\.weight", 0.2), CHANNELS);
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.verdict()).contains("it is model.layers.1.mlp.up_proj.weight");
    assertThat(report.hypotheses()).isEqualTo(1);
  }
}
