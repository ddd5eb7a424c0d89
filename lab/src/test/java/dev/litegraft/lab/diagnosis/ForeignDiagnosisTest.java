package dev.litegraft.lab.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files of TensorFlow's converter: the fault is named first, and their custom apart from it. */
class ForeignDiagnosisTest {
  private static final Path FILES = Path.of("src/test/resources/foreign");
  private static final String BASE = "llama-base-gqa-f32";
  private static final String SMOL = "llama-smollm2-like-bf16";
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
