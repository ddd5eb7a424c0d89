package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.ConversionOptions;
import dev.litegraft.Converter;
import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.Checkpoint;
import dev.litegraft.lab.diagnosis.Diagnosis;
import dev.litegraft.lab.diagnosis.DiagnosisReport;
import dev.litegraft.model.Model;
import dev.litegraft.quantize.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rotary scalings that look at the length of a row: at a static length padding counts for it, and
 * whoever computes the answers to padded rows must compute the padding, too.
 */
class RowLengthTest {
  private static final ConversionOptions STATIC =
      ConversionOptions.defaults().withRecipe(Recipe.F32).withLengths(List.of(48));

  private static final String FACTORS =
      "\"short_factor\": [1, 1.02, 1.05, 1.1, 1.2, 1.3, 1.4, 1.5],"
          + " \"long_factor\": [1, 1.5, 2, 2.5, 3, 4, 6, 8]";

  @TempDir Path scratch = Path.of("");

  private Path planted(String scaling) throws IOException {
    Path folder =
        Folders.copy(
            Folders.golden("phi3-seqcls"),
            scratch.resolve("planted"),
            "config.json",
            "\"rope_scaling\": null",
            "\"rope_scaling\": {" + scaling.replace("FACTORS", FACTORS) + "}");
    return Folders.copy(
        folder,
        scratch.resolve("short"),
        "config.json",
        "\"original_max_position_embeddings\": 64",
        "\"original_max_position_embeddings\": 20");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\": \"su\", FACTORS",
        "\"type\": \"longrope\", FACTORS",
        "\"rope_type\": \"longrope\", FACTORS",
        "\"type\": \"yarn\", FACTORS"
      })
  void filesOfAStaticLengthAnswerLikeTheCheckpoint(String scaling) throws IOException {
    Path folder = planted(scaling);
    Path file = scratch.resolve("model.tflite");
    Converter.of(folder).withOptions(STATIC).convert(file);
    VerificationReport report = Verification.of(folder, file).withThreads(1).run();
    assertThat(report.match()).as(report.verdict()).isTrue();
    DiagnosisReport diagnosis = Diagnosis.of(folder, file).withThreads(1).run();
    assertThat(diagnosis.match()).as(diagnosis.verdict()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"type\": \"default\"",
        "\"type\": \"linear\", \"factor\": 2",
        "\"rope_type\": \"yarn\", \"factor\": 3.2"
      })
  void otherScalingsDoNotLookAtTheLength(String scaling) throws IOException {
    try (Checkpoint checkpoint = Architectures.open(planted(scaling))) {
      assertThat(Model.of(checkpoint).padding().readsTheLength()).isFalse();
    }
  }
}
