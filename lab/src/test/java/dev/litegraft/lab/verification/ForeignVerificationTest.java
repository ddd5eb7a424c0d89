package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of TensorFlow's converter, which read the token at mask.sum() - 1. */
class ForeignVerificationTest {
  private static final Path FILES = Path.of("src/test/resources/foreign/llama-base-gqa-f32");
  private static final Path CASE =
      Path.of("../converter/src/test/resources/golden/cases/llama-base-gqa-f32");

  private static Verification verification(String file) {
    return Verification.of(CASE, FILES.resolve(file + ".tflite")).withThreads(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"good.f16", "good.int8"})
  void textsAsATokenizerMakesThemAreTheSame(String file) throws IOException {
    VerificationReport report = verification(file).run();
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.verdict())
        .contains("padded on the right")
        .contains("rows padded on the left are read otherwise: the token is `mask.sum() - 1`");
  }

  @Test
  void strictlyEveryRowCounts() throws IOException {
    VerificationReport report = verification("good.f16").asStrict().run();
    assertThat(report.match()).as(report.verdict()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"rope_theta.f16", "pooling.f32", "num_hidden_layers.f32"})
  void aFaultInPlainTextsIsADifference(String file) throws IOException {
    VerificationReport report = verification(file).run();
    assertThat(report.match()).as(report.verdict()).isFalse();
    assertThat(report.verdict()).doesNotContain("read otherwise");
  }

  @Test
  void theFirstValueThatDepartsNarrowsWhatIsAtFault() throws IOException {
    VerificationReport report = verification("rope_theta.f16").run();
    assertThat(report.firstDeparture()).contains("model.layers.0.self_attn.o_proj");
    assertThat(report.notes())
        .anyMatch(note -> note.contains("queries and keys agree") && note.contains("rotary"));
  }

  @Test
  void probabilitiesAreTheSameAnswer() throws IOException {
    Path checkpoint = Path.of("../converter/src/test/resources/golden/cases/qwen2-seqcls");
    Path file = Path.of("src/test/resources/foreign/qwen2-seqcls/softmax-good.f16.tflite");
    Verification verification = Verification.of(checkpoint, file).withThreads(2);
    VerificationReport report = verification.run();
    assertThat(report.match()).as(report.verdict()).isTrue();
    assertThat(report.verdict()).contains("it answers with the softmax of the logits");
    assertThat(verification.asStrict().run().match()).isFalse();
  }
}
