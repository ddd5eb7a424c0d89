package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.search.Effort;
import dev.litegraft.runtime.RawModel;
import dev.litegraft.runtime.RuntimeOptions;
import dev.litegraft.tflite.TfliteReader;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done with the files of models of more than 30 million parameters, on small ones. */
class LargeFileTest {
  private static final Path FILES = Path.of("src/test/resources/foreign");
  private static final String SMOL = "llama-smollm2-like-bf16";
  private static final String BASE = "llama-base-gqa-f32";

  @TempDir Path scratch = Path.of("");

  private static DiagnosisReport diagnosed(Path folder, Path file) throws IOException {
    try (TfliteReader reader = TfliteReader.open(file);
        Checkpoint checkpoint = Architectures.open(folder);
        RawModel model = RawModel.open(file, RuntimeOptions.defaults().withThreads(2))) {
      DiagnosedFile large =
          new DiagnosedFile(checkpoint, reader, model, 2, size -> new Effort(size, true));
      return new DiagnosisRun(large, 2, (tried, about) -> {}, false, System.nanoTime()).report();
    }
  }

  private static DiagnosisReport diagnosed(String name, String file) throws IOException {
    Path path = FILES.resolve(name).resolve(file + ".tflite");
    return diagnosed(PlantedCheckpoint.golden(name), path);
  }

  @ParameterizedTest
  @CsvSource({SMOL + ", good.f16", BASE + ", good.int8"})
  void nothingIsClaimedOfAGoodFile(String name, String file) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.match()).as(report.verdict()).isTrue();
    FoundWeights weights = report.weights().orElseThrow();
    assertThat(weights.found()).isEqualTo(weights.lookedFor());
  }

  @ParameterizedTest
  @CsvSource({SMOL + ", rope_theta.int8, 10000", BASE + ", fused_rope_theta.int8, 500000"})
  void aValueIsMetInWholeNumbersToo(String name, String file, double theta) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.explainedBy())
        .as(report.verdict())
        .extracting(Explanation::setting)
        .containsExactly("rope_theta");
    assertThat(Double.parseDouble(report.explainedBy().get(0).file()))
        .isCloseTo(theta, within(0.02 * theta));
  }

  @ParameterizedTest
  @CsvSource({
    BASE + ", qkv_row_order.f32, qkv_row_order",
    BASE + ", num_hidden_layers.f32, num_hidden_layers",
    BASE + ", pooling.f32, pooling",
  })
  void theFaultIsNamed(String name, String file, String setting) throws IOException {
    DiagnosisReport report = diagnosed(name, file);
    assertThat(report.explainedBy().get(0).setting()).as(report.verdict()).isEqualTo(setting);
  }

  @Test
  void otherWeightsAreToldAtOnce() throws IOException {
    Path folder = PlantedCheckpoint.golden(BASE);
    Path file =
        PlantedCheckpoint.foreignFile(
            folder, in -> in.randomize("model\\.layers\\.1\\.mlp.*", 0.2), scratch);
    DiagnosisReport report = diagnosed(folder, file);
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.verdict()).contains("3 of ", "model.layers.1.mlp");
    assertThat(report.hypotheses()).isEqualTo(1);
  }
}
