package dev.litegraft.lab.verification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.runtime.RawOutput;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Logits behind probabilities, and which output answers. */
class AnswerFormTest {
  private static final List<float[]> LOGITS =
      List.of(new float[] {1.5f, -0.25f, 3f}, new float[] {-2f, 0.5f, 0.75f});

  private static float[] softmax(float[] logits) {
    double sum = 0;
    for (float logit : logits) {
      sum += Math.exp(logit);
    }
    float[] p = new float[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) (Math.exp(logits[i]) / sum);
    }
    return p;
  }

  private static float[] sigmoid(float[] logits) {
    float[] p = new float[logits.length];
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) (1 / (1 + Math.exp(-logits[i])));
    }
    return p;
  }

  private static void assertBehind(List<float[]> answers, AnswerForm form) {
    assertThat(AnswerForm.of(answers, LOGITS, 3)).isEqualTo(form);
    for (int i = 0; i < answers.size(); i++) {
      float[] behind = form.logits(answers.get(i), 3);
      float[] comparable = form.comparable(LOGITS.get(i), 3);
      for (int j = 0; j < 3; j++) {
        assertThat(behind[j]).isCloseTo(comparable[j], within(2e-6f));
      }
    }
  }

  @Test
  void logitsAreTheirOwnForm() {
    assertBehind(LOGITS, AnswerForm.LOGITS);
  }

  @Test
  void aSoftmaxIsUndoneUpToWhatItForgets() {
    assertBehind(LOGITS.stream().map(AnswerFormTest::softmax).toList(), AnswerForm.SOFTMAX);
  }

  @Test
  void aSigmoidIsUndone() {
    assertBehind(LOGITS.stream().map(AnswerFormTest::sigmoid).toList(), AnswerForm.SIGMOID);
  }

  @Test
  void logitsBetweenZeroAndOneAreNoProbabilities() {
    List<float[]> small = List.of(new float[] {0.25f, 0.75f});
    assertThat(AnswerForm.of(small, small, 2)).isEqualTo(AnswerForm.LOGITS);
  }

  private static RawOutput output(String name, float... values) {
    return new RawOutput(name, List.of(1, values.length), values);
  }

  @Test
  void ofOutputsThatFitTheLogitsAnswer() {
    float[] own = LOGITS.get(0);
    List<RawOutput> outputs =
        List.of(
            output("a", softmax(own)),
            output("b", 1, 2, 3, 4),
            output("c", own),
            output("d", -1, 1, 0));
    AnswerOutput answer =
        AnswerOutput.of(List.of(outputs), List.of(3), List.of(own), 3).orElseThrow();
    assertThat(answer).isEqualTo(new AnswerOutput("c", AnswerForm.LOGITS));
  }

  @Test
  void noOutputOfTheRightSizeIsNoAnswer() {
    List<List<RawOutput>> outputs = List.of(List.of(output("a", 1, 2)));
    assertThat(AnswerOutput.of(outputs, List.of(3), List.of(LOGITS.get(0)), 3)).isEmpty();
  }
}
