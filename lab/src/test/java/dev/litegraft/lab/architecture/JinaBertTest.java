package dev.litegraft.lab.architecture;

import static dev.litegraft.lab.architecture.Textbook.layerNorm;
import static dev.litegraft.lab.architecture.Textbook.linear;
import static dev.litegraft.lab.architecture.Textbook.map;
import static dev.litegraft.lab.architecture.Textbook.multiplied;
import static dev.litegraft.lab.architecture.Textbook.plus;
import static dev.litegraft.lab.architecture.Textbook.rows;
import static dev.litegraft.lab.architecture.Textbook.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Of JinaBERT there is code of its own alone. Checked: its forward pass against that code's
 * formulas in doubles, of both versions, on random weights. Not checked: a published checkpoint.
 */
final class JinaBertTest {
  private static final int WIDTH = 48;
  private static final int HEADS = 6; // no power of two: the slopes are of two sequences
  private static final int INNER = 40;
  private static final int LAYERS = 2;
  private static final double EPSILON = 1e-4;
  private static final float TOLERANCE = (float) GoldenAnswers.FILE_TOLERANCE;
  private static final int[] TEXT = {2, 91, 17, 203, 44, 44, 130, 8, 77, 251, 19, 6, 180, 33};

  /** Which of the two versions of the code. */
  private enum Version {
    FIRST,
    QK_POST_NORM
  }

  static EdgeModel model() {
    return model(Version.QK_POST_NORM, "geglu");
  }

  private static EdgeModel model(Version version, String gate) {
    HfConfig config =
        HfConfig.parse(
            "{\"architectures\": [\"JinaBertForSequenceClassification\"], \"model_type\":"
                + " \"jina_bert\", \"vocab_size\": 256, \"hidden_size\": "
                + WIDTH
                + ", \"num_hidden_layers\": "
                + LAYERS
                + ", \"num_attention_heads\": "
                + HEADS
                + ", \"intermediate_size\": "
                + INNER
                + ", \"max_position_embeddings\": 64, \"type_vocab_size\": 2, \"layer_norm_eps\":"
                + " 1e-4, \"num_labels\": 3, \"feed_forward_type\": \""
                + gate
                + "\"}",
            "jina-bert");
    RandomTensors tensors = new RandomTensors(5);
    tensors.put("bert.embeddings.word_embeddings.weight", 256, WIDTH);
    tensors.put("bert.embeddings.token_type_embeddings.weight", 2, WIDTH);
    tensors.norm("bert.embeddings.LayerNorm", WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      String at = "bert.encoder.layer." + i + ".";
      for (String name : new String[] {"self.query", "self.key", "self.value", "output.dense"}) {
        tensors.linear(at + "attention." + name, WIDTH, WIDTH);
      }
      boolean later = version == Version.QK_POST_NORM;
      if (later) {
        tensors.norm(at + "attention.self.layer_norm_q", WIDTH);
        tensors.norm(at + "attention.self.layer_norm_k", WIDTH);
      }
      String up = later ? "up_gated_layer" : "gate_up_layer";
      tensors.put(at + "mlp." + up + ".weight", 2 * INNER, WIDTH);
      tensors.linear(at + "mlp.down_layer", WIDTH, INNER);
      tensors.norm(at + "layer_norm_1", WIDTH);
      tensors.norm(at + "layer_norm_2", WIDTH);
    }
    tensors.linear("bert.pooler.dense", WIDTH, WIDTH);
    tensors.linear("classifier", 3, WIDTH);
    return new EdgeModel(config, CheckpointWeights.of(tensors.all(), "jina-bert"));
  }

  @ParameterizedTest
  @CsvSource({"FIRST, geglu", "FIRST, reglu", "QK_POST_NORM, geglu", "QK_POST_NORM, reglu"})
  void itIsTheCodesFormula(Version version, String gate) throws IOException {
    EdgeModel model = model(version, gate);
    float[] expected = logits(model, version, gate);
    assertThat(model.answer(TEXT)).containsExactly(expected, within(TOLERANCE));
    assertThat(model.reference(TEXT)).containsExactly(expected, within(1e-5f));
  }

  @Test
  void paddingIsNotSeen() throws IOException {
    EdgeModel model = model();
    int[] padded = Arrays.copyOf(TEXT, TEXT.length + 5);
    int[] mask = new int[padded.length];
    Arrays.fill(mask, 0, TEXT.length, 1);
    assertThat(model.answer(padded, mask)).containsExactly(model.answer(TEXT), Texts.SAME);
  }

  /** Words and token types; positions' biases are looked up and arranged once for all layers. */
  @Test
  void operatorsOutsideTheFastKernelsAreFew() {
    assertThat(FastKernels.outside(model().graph(Shape.TOKENS, Qkv.SPLIT))).hasSize(17);
  }

  @Test
  void aFeedForwardPartWithoutAGateIsRefused() {
    assertThatThrownBy(() -> model().with("feed_forward_type", "original").answer(TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("feed_forward_type is \"original\"");
  }

  /** ALiBi's slopes for six heads, as the paper's code has them: of four, and of eight between. */
  private static final double[] SLOPES = {0.25, 0.0625, 0.015625, 0.00390625, 0.5, 0.125};

  private static float[] logits(EdgeModel model, Version version, String gate) throws IOException {
    double[][] words = rows(model, "bert.embeddings.word_embeddings.weight");
    double[][] types = rows(model, "bert.embeddings.token_type_embeddings.weight");
    double[][] x = Arrays.stream(TEXT).mapToObj(id -> words[id]).toArray(double[][]::new);
    x = layerNorm(model, "bert.embeddings.LayerNorm", plus(x, new double[][] {types[0]}), EPSILON);
    for (int i = 0; i < LAYERS; i++) {
      String at = "bert.encoder.layer." + i + ".";
      String self = at + "attention.self.";
      double[][] q = linear(model, self + "query", x);
      double[][] k = linear(model, self + "key", x);
      if (version == Version.QK_POST_NORM) {
        q = layerNorm(model, self + "layer_norm_q", q, EPSILON);
        k = layerNorm(model, self + "layer_norm_k", k, EPSILON);
      }
      double[][] mixed = attention(q, k, linear(model, self + "value", x));
      mixed = linear(model, at + "attention.output.dense", mixed);
      x = layerNorm(model, at + "layer_norm_1", plus(x, mixed), EPSILON);
      double[][] fed = linear(model, at + "mlp.down_layer", gated(model, at, x, version, gate));
      x = layerNorm(model, at + "layer_norm_2", plus(x, fed), EPSILON);
    }
    double[][] first = {x[0]};
    double[][] pooled = map(linear(model, "bert.pooler.dense", first), Math::tanh);
    double[] scores = linear(model, "classifier", pooled)[0];
    float[] out = new float[scores.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) scores[i];
    }
    return out;
  }

  private static double[][] gated(
      EdgeModel model, String at, double[][] x, Version version, String gate) throws IOException {
    boolean later = version == Version.QK_POST_NORM;
    String up = at + "mlp." + (later ? "up_gated_layer" : "gate_up_layer") + ".weight";
    double[][] both = times(x, rows(model, up));
    double[][] first = map(both, v -> v);
    double[][] second = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      second[t] = Arrays.copyOfRange(both[t], INNER, 2 * INNER);
      first[t] = Arrays.copyOf(both[t], INNER);
    }
    java.util.function.DoubleUnaryOperator act =
        gate.equals("reglu") ? v -> Math.max(v, 0) : Textbook::gelu;
    return later ? multiplied(first, map(second, act)) : multiplied(map(first, act), second);
  }

  private static double[][] attention(double[][] q, double[][] k, double[][] v) {
    int e = WIDTH / HEADS;
    double[][] mixed = new double[q.length][WIDTH];
    for (int t = 0; t < q.length; t++) {
      for (int h = 0; h < HEADS; h++) {
        double[] weights = new double[k.length];
        double sum = 0;
        for (int u = 0; u < k.length; u++) {
          double score = 0;
          for (int i = 0; i < e; i++) {
            score += q[t][h * e + i] * k[u][h * e + i];
          }
          weights[u] = Math.exp(score / Math.sqrt(e) - SLOPES[h] * Math.abs(t - u));
          sum += weights[u];
        }
        for (int u = 0; u < k.length; u++) {
          for (int i = 0; i < e; i++) {
            mixed[t][h * e + i] += weights[u] / sum * v[u][h * e + i];
          }
        }
      }
    }
    return mixed;
  }
}
