package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.lab.diagnosis.DiagnosisReport.Kind;
import dev.litegraft.lab.diagnosis.PlantedCheckpoint.Fault;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of other tools whose weights are not the checkpoint's: which ones is said. */
class OtherWeightsTest {
  private static final Path LLAMA = PlantedCheckpoint.golden("llama-base-gqa-f32");

  @TempDir Path scratch;

  private DiagnosisReport diagnosed(Fault fault) throws IOException {
    Path file = PlantedCheckpoint.foreignFile(LLAMA, fault, scratch);
    return Diagnosis.of(LLAMA, file).withThreads(2).run();
  }

  @Test
  void oneExchangedMatrixIsNamed() throws IOException {
    DiagnosisReport report =
        diagnosed(in -> in.randomize("model\\.layers\\.1\\.mlp\\.up_proj\\.weight", 0.2));
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.verdict()).contains("1 of ", "it is model.layers.1.mlp.up_proj.weight");
  }

  @Test
  void theSameModelTrainedOnIsSaidToBeAtAnotherStep() throws IOException {
    DiagnosisReport report = diagnosed(in -> in.map(".*proj\\.weight", OtherWeightsTest::trained));
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.verdict()).contains("the same model at another step");
  }

  /** A step of some percent, another one for each number. */
  private static double trained(double x) {
    return x * (1 + 0.05 * Math.sin(1e5 * x));
  }

  @Test
  void layersInAnotherOrderAreNamed() throws IOException {
    DiagnosisReport report = diagnosed(in -> in.exchange("layers.0.", "layers.1."));
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.verdict()).contains("layers in another order: 1, 0, 2");
  }

  @Test
  void aMatrixOfAnotherLayerIsNamed() throws IOException {
    DiagnosisReport report =
        diagnosed(in -> in.exchange("layers.0.mlp.up_proj.weight", "layers.1.mlp.up_proj.weight"));
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.OTHER_WEIGHTS);
    assertThat(report.verdict()).contains("mlp.up_proj of layers 1, 0, 2");
  }

  @Test
  void anotherHeadIsASettingOfTheExportNotOtherWeights() throws IOException {
    DiagnosisReport report = diagnosed(in -> in.randomize("score\\.weight", 0.2));
    assertThat(report.explainedBy())
        .as(report.verdict())
        .extracting(Explanation::setting)
        .containsExactly("head_missing");
  }

  @Test
  void rowsInAnotherOrderAreNamed() throws IOException {
    DiagnosisReport report =
        diagnosed(
            in -> in.rows("model\\.layers\\.1\\.mlp\\.down_proj\\.weight", i -> (i * 37 + 5) % 64));
    assertThat(report.kind()).as(report.verdict()).isEqualTo(Kind.NOT_EXPLAINED);
    assertThat(report.verdict())
        .contains("the rows of model.layers.1.mlp.down_proj.weight are in another order");
  }
}
