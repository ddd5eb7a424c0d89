package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidFileException;
import dev.litegraft.lab.diagnosis.Diagnosis;
import dev.litegraft.lab.diagnosis.DiagnosisReport;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that a checkpoint cannot be compared with: what is in them is said. */
class OddFilesTest {
  private static final Path CASE =
      Path.of("../converter/src/test/resources/golden/cases/llama-base-gqa-f32");

  private static Path file(String name) {
    return Path.of("src/test/resources/odd", name + ".tflite");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          while-loop       | control flow (WHILE)
          branch           | control flow (IF)
          vision           | takes pixels float32[1, 16, 16, 3] and answers logits float32[1, 2]: a model of images
          text-and-image   | signature see that takes pixels float32[1, 16, 16, 3]
          key-value-cache  | a generative model with caches
          custom-operator  | custom operators (Igamma)
          text-output      | custom operators (AsString)
          nothing-computed | no operators
          """)
  void whatIsNoTextModelIsRefusedWithWhatWasFound(String name, String found) {
    assertThatThrownBy(() -> Diagnosis.of(CASE, file(name)).withThreads(1).run())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("; found: ")
        .hasMessageContaining(found)
        .hasMessageContaining(name + ".tflite");
    assertThatThrownBy(() -> Verification.of(CASE, file(name)).withThreads(1).run())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining(found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          two-models | several models (classify, encode), of which classify was asked
          two-tokens | the file takes 2 tokens at most
          audio      | 23 of 23 matrices of the checkpoint are not in the file
          audio      | no input of the file takes whole numbers (serving_default_samples:0 float32[1, 8])
          """)
  void whatCanBeAskedIsJudgedAndItsLimitIsSaid(String name, String said) throws IOException {
    DiagnosisReport report = Diagnosis.of(CASE, file(name)).withThreads(1).run();
    assertThat(report.match()).isFalse();
    assertThat(report.explainedBy()).isEmpty();
    assertThat(report.verdict()).contains(said);
    assertThat(Verification.of(CASE, file(name)).withThreads(1).run().match()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"unmatched-outputs"})
  void outputsOfWhichNoneIsAnAnswerAreNamed(String name) throws IOException {
    assertThatThrownBy(() -> Diagnosis.of(CASE, file(name)).withThreads(1).run())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("5 numbers (out_a [1, 5])")
        .hasMessageContaining("gives 2");
    VerificationReport report = Verification.of(CASE, file(name)).withThreads(1).run();
    assertThat(report.match()).isFalse();
    assertThat(report.differences())
        .anyMatch(d -> d.setting().equals("outputs") && d.file().contains("out_a"));
  }

  @ParameterizedTest
  @CsvSource({"two-unmatched-outputs"})
  void ofSeveralOutputsThatAreNoAnswerEachIsNamed(String name) {
    assertThatThrownBy(() -> Diagnosis.of(CASE, file(name)).withThreads(1).run())
        .isInstanceOf(InvalidFileException.class)
        .hasMessageContaining("none of the file's outputs can be told to be the answer")
        .hasMessageContaining("out_a [1, 5], out_b [1, 7]")
        .hasMessageContaining("gives 2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          vision          | give a file of a text model
          key-value-cache | give a file of a text model
          while-loop      | export the model without loops and conditions
          """)
  void whatIsAdvisedFitsWhatWasFound(String name, String advice) {
    assertThatThrownBy(() -> Diagnosis.of(CASE, file(name)).withThreads(1).run())
        .isInstanceOfSatisfying(
            InvalidFileException.class, e -> assertThat(e.remedy()).startsWith(advice));
  }
}
