package dev.litegraft.lab.architecture;

import static dev.litegraft.lab.architecture.Textbook.attention;
import static dev.litegraft.lab.architecture.Textbook.layerNorm;
import static dev.litegraft.lab.architecture.Textbook.map;
import static dev.litegraft.lab.architecture.Textbook.plus;
import static dev.litegraft.lab.architecture.Textbook.rows;
import static dev.litegraft.lab.architecture.Textbook.times;
import static dev.litegraft.lab.architecture.Textbook.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OptTest extends ArchitectureContract {
  @Override
  List<String> cases() {
    return List.of("opt-seqcls");
  }

  /** One more than Llama: positions count the attended tokens, and are looked up in a table. */
  @Override
  int operatorsOutsideFastKernels() {
    return 9;
  }

  @Override
  String layer(int k) {
    return "model.decoder.layers." + (k - 1);
  }

  private static EdgeModel model() throws IOException {
    return EdgeModel.of("opt-seqcls");
  }

  private static float[] random(int seed, int count) {
    Random random = new Random(seed);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (float) random.nextGaussian() / 4;
    }
    return numbers;
  }

  /** The 350M model: what is projected in and out may as well stand in the table and the score. */
  @Test
  void narrowEmbeddingsAreProjected() throws IOException {
    EdgeModel narrow =
        model()
            .with("word_embed_proj_dim", 24)
            .with("model.decoder.embed_tokens.weight", Shape.of(256, 24), random(1, 256 * 24))
            .with("model.decoder.project_in.weight", Shape.of(64, 24), random(2, 64 * 24))
            .with("model.decoder.project_out.weight", Shape.of(24, 64), random(3, 24 * 64))
            .with("score.weight", Shape.of(3, 24), random(4, 3 * 24));
    double[][] table = rows(narrow, "model.decoder.embed_tokens.weight");
    double[][] score = rows(narrow, "score.weight");
    double[][] in = rows(narrow, "model.decoder.project_in.weight");
    double[][] out = rows(narrow, "model.decoder.project_out.weight");
    EdgeModel wide =
        model()
            .with("model.decoder.embed_tokens.weight", Shape.of(256, 64), flat(times(table, in)))
            .with("score.weight", Shape.of(3, 64), flat(times(score, turned(out))));
    int[] text = Texts.ofLength(20);
    assertThat(narrow.answer(text)).containsExactly(wide.answer(text), Texts.SAME);
  }

  private static double[][] turned(double[][] x) {
    double[][] y = new double[x[0].length][x.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j][i] = x[i][j];
      }
    }
    return y;
  }

  private static float[] flat(double[][] x) {
    float[] flat = new float[x.length * x[0].length];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) x[i / x[0].length][i % x[0].length];
    }
    return flat;
  }

  /** The 350M model again, against the paper's formula: it has no recorded outputs. */
  @Test
  void normsMayStandBehindTheHalvesOfALayer() throws IOException {
    EdgeModel model = model().with("do_layer_norm_before", false);
    int[] text = Texts.ofLength(20);
    double[][] table = rows(model, "model.decoder.embed_tokens.weight");
    double[][] places = rows(model, "model.decoder.embed_positions.weight");
    double[][] x = new double[text.length][];
    for (int t = 0; t < x.length; t++) {
      x[t] = plus(new double[][] {table[text[t]]}, new double[][] {places[t + 2]})[0];
    }
    for (int i = 0; i < 3; i++) {
      String layer = "model.decoder.layers." + i + ".";
      double[][] q = linear(model, layer + "self_attn.q_proj", x);
      double[][] k = linear(model, layer + "self_attn.k_proj", x);
      double[][] v = linear(model, layer + "self_attn.v_proj", x);
      double[][] mixed = attention(q, k, v, 16, 0.25, (t, u) -> u <= t ? 1 : 0);
      mixed = linear(model, layer + "self_attn.out_proj", mixed);
      x = norm(model, layer + "self_attn_layer_norm", plus(x, mixed));
      double[][] fed = map(linear(model, layer + "fc1", x), n -> Math.max(n, 0));
      x = norm(model, layer + "final_layer_norm", plus(x, linear(model, layer + "fc2", fed)));
    }
    double[][] last = {x[text.length - 1]};
    float[] expected = flat(times(last, rows(model, "score.weight")));
    assertThat(model.answer(text)).containsExactly(expected, Texts.SAME);
  }

  private static double[][] linear(EdgeModel model, String module, double[][] x)
      throws IOException {
    double[][] bias = {vector(model, module + ".bias")};
    return plus(times(x, rows(model, module + ".weight")), bias);
  }

  private static double[][] norm(EdgeModel model, String module, double[][] x) throws IOException {
    return layerNorm(x, vector(model, module + ".weight"), vector(model, module + ".bias"), 1e-5);
  }

  @Test
  void aNormWithoutWeightsIsOneWithOnesAndZeros() throws IOException {
    EdgeModel ones = model();
    for (String name : model().weights().tensors().keySet()) {
      if (name.contains("layer_norm")) {
        ones = ones.mapping(name, v -> name.endsWith("weight") ? 1 : 0);
      }
    }
    int[] text = Texts.ofLength(20);
    assertThat(model().with("layer_norm_elementwise_affine", false).answer(text))
        .containsExactly(ones.answer(text), Texts.SAME);
  }

  @Test
  void aConfigWithoutPadTokenMeansOne() throws IOException {
    int[] padded = {9, 8, 7, 1, 1};
    int[] mask = {1, 1, 1, 0, 0};
    assertThat(model().without("pad_token_id").answer(padded, mask))
        .containsExactly(model().answer(padded, mask));
  }
}
