package dev.litegraft.lab.diagnosis;

import static dev.litegraft.lab.diagnosis.PlantedCheckpoint.F32;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.facts.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that make vectors of texts. */
class EmbeddingDiagnosisTest {
  private static final Path FOLDER = PlantedCheckpoint.golden("bert-model-meanpool");

  @TempDir Path scratch = Path.of("");

  private DiagnosisReport diagnosed(ConversionOptions options) throws IOException {
    Path file = scratch.resolve("embedder.tflite");
    Converter.of(FOLDER).withOptions(options).withThreads(2).convert(file);
    return Diagnosis.of(FOLDER, file).withThreads(2).run();
  }

  @Test
  void noFaultIsClaimedOfAnUnharmedFile() throws IOException {
    assertThat(diagnosed(F32).match()).isTrue();
    assertThat(diagnosed(ConversionOptions.defaults()).match()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Pooling.class,
      names = {"MEAN"},
      mode = EnumSource.Mode.EXCLUDE)
  void anotherPoolingIsNamed(Pooling pooling) throws IOException {
    DiagnosisReport report = diagnosed(F32.withPooling(pooling));
    assertThat(report.explainedBy()).as(report.verdict()).hasSize(1);
    assertThat(report.explainedBy().get(0).setting()).isEqualTo("pooling");
    assertThat(report.explainedBy().get(0).file()).isEqualTo(pooling.id());
  }

  @Test
  void lengthOneIsNamed() throws IOException {
    DiagnosisReport report = diagnosed(F32.withNormalize(true));
    assertThat(report.explainedBy()).as(report.verdict()).hasSize(1);
    assertThat(report.explainedBy().get(0).setting()).isEqualTo("normalize");
  }

  @Test
  void aSettingOfTheModelIsNamed() throws IOException {
    Path file = PlantedCheckpoint.file(FOLDER, Faults.setting("hidden_act", "relu"), F32, scratch);
    DiagnosisReport report = Diagnosis.of(FOLDER, file).withThreads(2).run();
    assertThat(report.explainedBy()).as(report.verdict()).hasSize(1);
    assertThat(report.explainedBy().get(0).setting()).isEqualTo("hidden_act");
  }
}
