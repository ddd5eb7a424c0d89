package dev.litegraft.lab.architecture;

import static dev.litegraft.lab.architecture.Textbook.attention;
import static dev.litegraft.lab.architecture.Textbook.map;
import static dev.litegraft.lab.architecture.Textbook.multiplied;
import static dev.litegraft.lab.architecture.Textbook.plus;
import static dev.litegraft.lab.architecture.Textbook.rmsNormPlusOne;
import static dev.litegraft.lab.architecture.Textbook.rotated;
import static dev.litegraft.lab.architecture.Textbook.rows;
import static dev.litegraft.lab.architecture.Textbook.times;
import static dev.litegraft.lab.architecture.Textbook.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Gemma 3 has no recorded outputs. Checked: its forward pass against the paper's formulas in
 * doubles, on Gemma 2's recorded weights with query and key norms beside them. Not checked: a real
 * checkpoint against the original class.
 */
final class Gemma3Test {
  private static final double TOLERANCE = GoldenAnswers.FILE_TOLERANCE;
  private static final int WINDOW = 5;
  private static final double GLOBAL = 1e6;
  private static final double LOCAL = 3e3;
  private static final int[] TEXT = {
    2, 91, 17, 203, 44, 44, 130, 8, 77, 251, 19, 6, 180, 33, 99, 12
  };

  static EdgeModel model() throws IOException {
    EdgeModel model =
        EdgeModel.of("gemma2-seqcls")
            .as("Gemma3TextForSequenceClassification")
            .without("attn_logit_softcapping")
            .with("sliding_window", WINDOW)
            .with("sliding_window_pattern", 3)
            .with("rope_theta", GLOBAL)
            .with("rope_local_base_freq", LOCAL);
    Random random = new Random(3);
    for (int i = 0; i < 4; i++) {
      for (String norm : List.of("q_norm", "k_norm")) {
        float[] weight = new float[32];
        for (int j = 0; j < weight.length; j++) {
          weight[j] = (float) random.nextGaussian() / 4;
        }
        model =
            model.with(
                "model.layers." + i + ".self_attn." + norm + ".weight", Shape.of(32), weight);
      }
    }
    return model;
  }

  /** One more than Llama has: there are two tables of angles. */
  @Test
  void operatorsOutsideTheFastKernelsAreFew() throws IOException {
    assertThat(FastKernels.outside(model().graph(Shape.TOKENS, Qkv.SPLIT))).hasSize(9);
  }

  @Test
  void itIsThePapersFormula() throws IOException {
    IntBinaryOperator causal = (t, u) -> u <= t ? 1 : 0;
    IntBinaryOperator window = (t, u) -> u <= t && t - u < WINDOW ? 1 : 0;
    double[][] states = formula(model(), causal, window); // layers 0, 1 and 3 are local
    assertThat(model().answer(TEXT)).containsExactly(score(states[TEXT.length - 1]), within());
  }

  @Test
  void layerTypesAndNestedRotaryParametersMeanTheSame() throws IOException {
    EdgeModel newer =
        model()
            .without("sliding_window_pattern")
            .without("rope_theta")
            .without("rope_local_base_freq")
            .with(
                "layer_types",
                List.of(
                    "sliding_attention",
                    "sliding_attention",
                    "full_attention",
                    "sliding_attention"))
            .with(
                "rope_parameters",
                Map.of(
                    "full_attention", Map.of("rope_type", "default", "rope_theta", GLOBAL),
                    "sliding_attention", Map.of("rope_type", "default", "rope_theta", LOCAL)));
    assertThat(newer.answer(TEXT)).containsExactly(model().answer(TEXT));
  }

  @Test
  void bothWaysItIsEmbeddingGemma() throws IOException {
    EdgeModel model = model().as("Gemma3TextModel").with("use_bidirectional_attention", true);
    IntBinaryOperator all = (t, u) -> 1;
    IntBinaryOperator window = (t, u) -> Math.abs(t - u) <= WINDOW / 2 ? 1 : 0;
    float[] expected = new float[TEXT.length * 64];
    double[][] states = formula(model, all, window);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = (float) states[i / 64][i % 64];
    }
    assertThat(model.answer(TEXT)).containsExactly(expected, within());
  }

  @Test
  void aCapOfTheScoresIsRefused() {
    assertThatThrownBy(() -> model().with("attn_logit_softcapping", 50).answer(TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("attn_logit_softcapping");
  }

  private static org.assertj.core.data.Offset<Float> within() {
    return org.assertj.core.data.Offset.offset((float) TOLERANCE);
  }

  private static float[] score(double[] state) throws IOException {
    double[] logits = times(new double[][] {state}, rows(model(), "score.weight"))[0];
    float[] out = new float[logits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) logits[i];
    }
    return out;
  }

  /** The last hidden states, [t][d]; the third layer of each three is global. */
  private static double[][] formula(
      EdgeModel model, IntBinaryOperator full, IntBinaryOperator local) throws IOException {
    double[][] table = rows(model, "model.embed_tokens.weight");
    double[][] x = Arrays.stream(TEXT).mapToObj(id -> table[id]).toArray(double[][]::new);
    x = map(x, v -> v * 8); // √64
    for (int i = 0; i < 4; i++) {
      String at = "model.layers." + i + ".";
      double theta = i == 2 ? GLOBAL : LOCAL;
      double[][] n = norm(model, at + "input_layernorm", x);
      double[][] q =
          norm(model, at + "self_attn.q_norm", linear(model, at + "self_attn.q_proj", n));
      double[][] k =
          norm(model, at + "self_attn.k_norm", linear(model, at + "self_attn.k_proj", n));
      double[][] v = linear(model, at + "self_attn.v_proj", n);
      double[][] mixed =
          attention(
              rotated(q, 32, theta),
              rotated(k, 32, theta),
              v,
              32,
              1 / Math.sqrt(24),
              i == 2 ? full : local);
      mixed = linear(model, at + "self_attn.o_proj", mixed);
      x = plus(x, norm(model, at + "post_attention_layernorm", mixed));
      n = norm(model, at + "pre_feedforward_layernorm", x);
      double[][] gate = map(linear(model, at + "mlp.gate_proj", n), Textbook::geluTanh);
      double[][] wide = multiplied(gate, linear(model, at + "mlp.up_proj", n));
      double[][] fed = linear(model, at + "mlp.down_proj", wide);
      x = plus(x, norm(model, at + "post_feedforward_layernorm", fed));
    }
    return norm(model, "model.norm", x);
  }

  private static double[][] norm(EdgeModel model, String module, double[][] x) throws IOException {
    return rmsNormPlusOne(x, vector(model, module + ".weight"), 1e-6);
  }

  private static double[][] linear(EdgeModel model, String module, double[][] x)
      throws IOException {
    return times(x, rows(model, module + ".weight"));
  }
}
