package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that are followed along another tool's graph, each at the value that departs first. */
class GraphDiagnosisTest {
  private static final Path LLAMA = PlantedCheckpoint.golden("llama-base-gqa-f32");

  @TempDir Path scratch;

  private DiagnosisReport diagnosed(Fault fault) throws IOException {
    Path file = PlantedCheckpoint.foreignFile(LLAMA, fault, scratch);
    return Diagnosis.of(LLAMA, file).withThreads(2).run();
  }

  private static Set<String> settings(DiagnosisReport report) {
    return report.explainedBy().stream().map(Explanation::setting).collect(Collectors.toSet());
  }

  private static double value(DiagnosisReport report, String setting) {
    return report.explainedBy().stream()
        .filter(e -> e.setting().equals(setting))
        .mapToDouble(e -> Double.parseDouble(e.file()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void threeFaultsAtOnceAreNamedWithTheirValues() throws IOException {
    DiagnosisReport report =
        diagnosed(
            Faults.setting("rope_theta", 43210.0)
                .and(Faults.setting("rms_norm_eps", 0.0137))
                .and(Faults.setting("hidden_act", "relu")));
    assertThat(settings(report))
        .as(report.verdict())
        .containsExactlyInAnyOrder("rope_theta", "rms_norm_eps", "hidden_act");
    assertThat(value(report, "rope_theta")).isCloseTo(43210, Percentage.withPercentage(0.1));
    assertThat(value(report, "rms_norm_eps")).isCloseTo(0.0137, Percentage.withPercentage(0.1));
  }

  @Test
  void aWindowAndABaseThatMeetInOneValueAreTold() throws IOException {
    DiagnosisReport report =
        diagnosed(
            in -> {
              in.set("rope_theta", 43210.0);
              in.set("model_type", "mistral");
              in.set("architectures", new String[] {"MistralForSequenceClassification"});
              in.set("sliding_window", 8);
            });
    assertThat(settings(report))
        .as(report.verdict())
        .containsExactlyInAnyOrder("rope_theta", "sliding_window");
    assertThat(value(report, "rope_theta")).isCloseTo(43210, Percentage.withPercentage(2));
    assertThat(value(report, "sliding_window")).isEqualTo(8);
  }
}
