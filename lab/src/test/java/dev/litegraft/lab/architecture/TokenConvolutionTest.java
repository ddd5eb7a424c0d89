package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * The convolution of the large DeBERTa-v2 models has no recorded outputs. Checked: the layer that
 * has it beside it against the formulas in doubles, with the recorded weights of a small model
 * without one and random ones for it; padding. Not checked: a real checkpoint against the original
 * class.
 */
final class TokenConvolutionTest {
  private static final Offset<Float> CLOSE = Offset.offset((float) GoldenAnswers.FILE_TOLERANCE);
  private static final int D = 64;
  private static final String CONV = "deberta.encoder.conv.";
  private static final int[] TEXT = {2, 91, 17, 203, 44, 44, 130, 8, 77};

  /** One layer without relative positions, whose attention is then the textbook's. */
  private static EdgeModel model(int size) throws IOException {
    Random random = new Random(5);
    return EdgeModel.of("deberta-v2-seqcls")
        .with("num_hidden_layers", 1)
        .with("relative_attention", false)
        .with("pos_att_type", List.of())
        .with("hidden_act", "gelu_new")
        .with("pooler_hidden_act", "tanh")
        .with("conv_kernel_size", size)
        .with("conv_act", "gelu_new")
        .with(CONV + "conv.weight", Shape.of(D, D, size), numbers(random, D * D * size, 0))
        .with(CONV + "conv.bias", Shape.of(D), numbers(random, D, 0))
        .with(CONV + "LayerNorm.weight", Shape.of(D), numbers(random, D, 1))
        .with(CONV + "LayerNorm.bias", Shape.of(D), numbers(random, D, 0));
  }

  private static float[] numbers(Random random, int count, float mean) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = mean + (float) random.nextGaussian() * 0.15f;
    }
    return numbers;
  }

  @Test
  void itIsTheFormula() throws IOException {
    for (int size : new int[] {1, 3, 5}) {
      EdgeModel model = model(size);
      for (int tokens : new int[] {1, 2, 9}) {
        int[] text = Arrays.copyOf(TEXT, tokens);
        assertThat(model.answer(text))
            .as("a kernel of %d, %d tokens", size, tokens)
            .containsExactly(formula(model, size, text), CLOSE);
      }
    }
  }

  @Test
  void textsInOneRowDoNotReachIntoEachOther() throws IOException {
    EdgeModel model = model(5);
    int[] other = {2, 8, 91};
    float[] both = model.reference(TEXT, other, TEXT);
    int labels = both.length / 3;
    assertThat(Arrays.copyOf(both, labels)).containsExactly(model.reference(TEXT), CLOSE);
    assertThat(Arrays.copyOfRange(both, labels, 2 * labels))
        .containsExactly(model.answer(other), CLOSE);
    assertThat(model.reference(TEXT)).containsExactly(model.answer(TEXT), CLOSE);
  }

  @Test
  void paddingIsZeroToItsNeighbours() throws IOException {
    EdgeModel model = model(5);
    int[] padded = {2, 91, 17, 203, 7, 7, 7};
    assertThat(model.answer(padded, new int[] {1, 1, 1, 1, 0, 0, 0}))
        .containsExactly(model.answer(2, 91, 17, 203), Texts.SAME);
  }

  @Test
  void itsActivationIsTanhWhereTheConfigHasNone() throws IOException {
    EdgeModel model = model(3);
    assertThat(model.without("conv_act").answer(TEXT))
        .containsExactly(model.with("conv_act", "tanh").answer(TEXT));
  }

  @Test
  void whatNoTextKeepsItsLengthInIsRefused() throws IOException {
    EdgeModel even = model(3).with("conv_kernel_size", 2);
    assertThatThrownBy(() -> even.answer(TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("conv_kernel_size is 2");
    EdgeModel groups = model(3).with("conv_groups", 2);
    assertThatThrownBy(() -> groups.answer(TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("conv_groups is 2");
  }

  private static float[] formula(EdgeModel m, int size, int[] text) throws IOException {
    double[][] words = Textbook.rows(m, "deberta.embeddings.word_embeddings.weight");
    double[][] looked = Arrays.stream(text).mapToObj(id -> words[id]).toArray(double[][]::new);
    double[][] x = norm(m, "deberta.embeddings.LayerNorm", looked);
    String layer = "deberta.encoder.layer.0.";
    double[][] q = Textbook.linear(m, layer + "attention.self.query_proj", x);
    double[][] k = Textbook.linear(m, layer + "attention.self.key_proj", x);
    double[][] v = Textbook.linear(m, layer + "attention.self.value_proj", x);
    double[][] mixed = Textbook.attention(q, k, v, 16, 0.25, (t, u) -> 1);
    double[][] attended =
        norm(
            m,
            layer + "attention.output.LayerNorm",
            Textbook.plus(x, Textbook.linear(m, layer + "attention.output.dense", mixed)));
    double[][] wide =
        Textbook.map(
            Textbook.linear(m, layer + "intermediate.dense", attended), Textbook::geluTanh);
    double[][] made =
        norm(
            m,
            layer + "output.LayerNorm",
            Textbook.plus(attended, Textbook.linear(m, layer + "output.dense", wide)));
    double[][] convolved = Textbook.map(convolved(m, size, x), Textbook::geluTanh);
    double[][] last = norm(m, CONV + "LayerNorm", Textbook.plus(made, convolved));
    double[][] pooled =
        Textbook.map(Textbook.linear(m, "pooler.dense", new double[][] {last[0]}), Math::tanh);
    double[] logits = Textbook.linear(m, "classifier", pooled)[0];
    float[] answer = new float[logits.length];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = (float) logits[i];
    }
    return answer;
  }

  /** torch.nn.Conv1d: weight [out, in, size], as much padding as keeps the length. */
  private static double[][] convolved(EdgeModel m, int size, double[][] x) throws IOException {
    float[] kernel = m.numbers(CONV + "conv.weight");
    double[] bias = Textbook.vector(m, CONV + "conv.bias");
    double[][] y = new double[x.length][D];
    for (int t = 0; t < x.length; t++) {
      for (int o = 0; o < D; o++) {
        y[t][o] = bias[o];
        for (int tap = 0; tap < size; tap++) {
          int from = t + tap - size / 2;
          for (int i = 0; i < D && from >= 0 && from < x.length; i++) {
            y[t][o] += kernel[(o * D + i) * size + tap] * x[from][i];
          }
        }
      }
    }
    return y;
  }

  private static double[][] norm(EdgeModel m, String module, double[][] x) throws IOException {
    return Textbook.layerNorm(m, module, x, 1e-7);
  }
}
