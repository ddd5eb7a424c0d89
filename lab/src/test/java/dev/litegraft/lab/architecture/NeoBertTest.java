package dev.litegraft.lab.architecture;

import static dev.litegraft.lab.architecture.Textbook.linear;
import static dev.litegraft.lab.architecture.Textbook.map;
import static dev.litegraft.lab.architecture.Textbook.plus;
import static dev.litegraft.lab.architecture.Textbook.rows;
import static dev.litegraft.lab.architecture.Textbook.times;
import static dev.litegraft.lab.architecture.Textbook.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Of NeoBERT there is code of its own alone. Checked: its forward pass against that code's formulas
 * in doubles, on random weights, and how its folders are recognised. Not checked: a published
 * checkpoint.
 */
final class NeoBertTest {
  private static final int WIDTH = 48;
  private static final int HEADS = 3;
  private static final int E = WIDTH / HEADS;
  private static final int LAYERS = 2;
  private static final int INNER = 24; // of an intermediate_size of 34
  private static final double EPSILON = 1e-4;
  private static final float TOLERANCE = (float) GoldenAnswers.FILE_TOLERANCE;
  private static final int[] TEXT = {2, 91, 17, 203, 44, 44, 130, 8, 77, 251, 19, 6, 180, 33};

  private static final String CONFIG =
      "{\"architectures\": [\"NeoBERTForSequenceClassification\"], \"model_type\": \"neobert\","
          + " \"vocab_size\": 256, \"hidden_size\": 48, \"num_hidden_layers\": 2,"
          + " \"num_attention_heads\": 3, \"intermediate_size\": 34, \"max_length\": 64,"
          + " \"norm_eps\": 1e-4, \"pad_token_id\": 0, \"num_labels\": 3}";

  static EdgeModel model() {
    RandomTensors tensors = new RandomTensors(7);
    tensors.put("model.encoder.weight", 256, WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      String at = "model.transformer_encoder." + i + ".";
      tensors.put(at + "qkv.weight", 3 * WIDTH, WIDTH);
      tensors.put(at + "wo.weight", WIDTH, WIDTH);
      tensors.put(at + "ffn.w12.weight", 2 * INNER, WIDTH);
      tensors.put(at + "ffn.w3.weight", WIDTH, INNER);
      tensors.put(at + "attention_norm.weight", WIDTH);
      tensors.put(at + "ffn_norm.weight", WIDTH);
    }
    tensors.put("model.layer_norm.weight", WIDTH);
    tensors.linear("dense", WIDTH, WIDTH);
    tensors.linear("classifier", 3, WIDTH);
    return new EdgeModel(
        HfConfig.parse(CONFIG, "neobert"), CheckpointWeights.of(tensors.all(), "neobert"));
  }

  @Test
  void itIsTheCodesFormula() throws IOException {
    EdgeModel model = model();
    float[] expected = logits(model);
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

  /** Words, the angles of their positions, and the first token. */
  @Test
  void operatorsOutsideTheFastKernelsAreFew() {
    assertThat(FastKernels.outside(model().graph(Shape.TOKENS, Qkv.SPLIT))).hasSize(8);
  }

  @Test
  void thePublishedFolderIsReadAsTheBareModel() {
    HfConfig published =
        HfConfig.parse(
            CONFIG
                .replace("NeoBERTForSequenceClassification", "NeoBERTLMHead")
                .replace(
                    "\"num_labels\": 3",
                    "\"auto_map\": {\"AutoModel\": \"model.NeoBERT\"}, \"dim_head\": 16,"
                        + " \"kwargs\": {\"attn_implementation\": null}"),
            "config.json");
    CustomCode code = Architectures.families(Optional.empty()).customCode(published).orElseThrow();

    assertThat(code.config().texts("architectures")).containsExactly("NeoBERTModel");
    assertThat(code.config().keys()).doesNotContain("auto_map", "kwargs", "dim_head");
    assertThat(code.note()).contains("NeoBERT");
  }

  @Test
  void itsVariantsAreRefused() {
    HfConfig other =
        HfConfig.parse(
            CONFIG.replace(
                "\"num_labels\": 3",
                "\"auto_map\": {\"AutoModel\": \"model.NeoBERT\"}, \"ngpt\": true"),
            "config.json");
    assertThatThrownBy(() -> Architectures.families(Optional.empty()).customCode(other))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("ngpt is true");
  }

  private static float[] logits(EdgeModel model) throws IOException {
    double[][] words = rows(model, "model.encoder.weight");
    double[][] x = Arrays.stream(TEXT).mapToObj(id -> words[id]).toArray(double[][]::new);
    for (int i = 0; i < LAYERS; i++) {
      String at = "model.transformer_encoder." + i + ".";
      double[][] normed = rmsNorm(x, vector(model, at + "attention_norm.weight"));
      double[][] mixed = attention(times(normed, rows(model, at + "qkv.weight")));
      x = plus(x, times(mixed, rows(model, at + "wo.weight")));
      double[][] again = rmsNorm(x, vector(model, at + "ffn_norm.weight"));
      double[][] both = times(again, rows(model, at + "ffn.w12.weight"));
      double[][] gated = new double[x.length][INNER];
      for (int t = 0; t < x.length; t++) {
        for (int j = 0; j < INNER; j++) {
          gated[t][j] = both[t][j] / (1 + Math.exp(-both[t][j])) * both[t][INNER + j];
        }
      }
      x = plus(x, times(gated, rows(model, at + "ffn.w3.weight")));
    }
    double[][] first = {rmsNorm(x, vector(model, "model.layer_norm.weight"))[0]};
    double[][] pooled = map(linear(model, "dense", first), Math::tanh);
    double[] scores = linear(model, "classifier", pooled)[0];
    float[] out = new float[scores.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) scores[i];
    }
    return out;
  }

  private static double[][] rmsNorm(double[][] x, double[] w) {
    double[][] out = new double[x.length][w.length];
    for (int t = 0; t < x.length; t++) {
      double squares = Arrays.stream(x[t]).map(v -> v * v).sum();
      double scale = 1 / Math.sqrt(squares / w.length + EPSILON);
      for (int j = 0; j < w.length; j++) {
        out[t][j] = x[t][j] * scale * w[j];
      }
    }
    return out;
  }

  /** Of each head its queries, keys and values stand beside each other: [t, h, 3, e]. */
  private static double[][] attention(double[][] qkv) {
    double[][] mixed = new double[qkv.length][WIDTH];
    for (int h = 0; h < HEADS; h++) {
      for (int t = 0; t < qkv.length; t++) {
        double[] query = turned(qkv[t], h * 3 * E, t);
        double[] weights = new double[qkv.length];
        double sum = 0;
        for (int u = 0; u < qkv.length; u++) {
          double[] key = turned(qkv[u], h * 3 * E + E, u);
          double score = 0;
          for (int i = 0; i < E; i++) {
            score += query[i] * key[i];
          }
          weights[u] = Math.exp(score / Math.sqrt(E));
          sum += weights[u];
        }
        for (int u = 0; u < qkv.length; u++) {
          for (int i = 0; i < E; i++) {
            mixed[t][h * E + i] += weights[u] / sum * qkv[u][h * 3 * E + 2 * E + i];
          }
        }
      }
    }
    return mixed;
  }

  /** Numbers 2i and 2i + 1 are a complex number that turns by position · 10000^(−2i/e). */
  private static double[] turned(double[] row, int from, int position) {
    double[] out = new double[E];
    for (int i = 0; i < E; i += 2) {
      double angle = position * Math.pow(10_000, -(double) i / E);
      double real = row[from + i];
      double imaginary = row[from + i + 1];
      out[i] = real * Math.cos(angle) - imaginary * Math.sin(angle);
      out[i + 1] = real * Math.sin(angle) + imaginary * Math.cos(angle);
    }
    return out;
  }
}
