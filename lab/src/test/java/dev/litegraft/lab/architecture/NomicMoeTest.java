package dev.litegraft.lab.architecture;

import static dev.litegraft.lab.architecture.Textbook.layerNorm;
import static dev.litegraft.lab.architecture.Textbook.map;
import static dev.litegraft.lab.architecture.Textbook.plus;
import static dev.litegraft.lab.architecture.Textbook.rotated;
import static dev.litegraft.lab.architecture.Textbook.rows;
import static dev.litegraft.lab.architecture.Textbook.times;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.litegraft.architecture.Architectures;
import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Families;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.EdgeLayout.Qkv;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Of Nomic-BERT with experts there is code of its own alone. Checked: a folder with that code's
 * settings and names of tensors against the code's formulas in doubles, on random weights. Not
 * checked: a published checkpoint.
 */
final class NomicMoeTest {
  private static final int WIDTH = 48;
  private static final int HEADS = 6;
  private static final int INNER = 20;
  private static final int LAYERS = 5;
  private static final int EXPERTS = 4;
  private static final int LABELS = 3;
  private static final double EPSILON = 1e-4;
  private static final float TOLERANCE = (float) GoldenAnswers.FILE_TOLERANCE;
  private static final int[] TEXT = {2, 91, 17, 203, 44, 44, 130, 8, 77, 251, 19, 6, 180, 33};

  static EdgeModel model() {
    return model(2, 2);
  }

  /** A folder as it is published: config.json and the names of tensors are the code's own. */
  private static EdgeModel model(int every, int picked) {
    String published =
        "{\"architectures\": [\"NomicBertForSequenceClassification\"], \"model_type\":"
            + " \"nomic_bert\", \"auto_map\": {\"AutoModel\":"
            + " \"nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel\"}, \"n_embd\": "
            + WIDTH
            + ", \"n_layer\": "
            + LAYERS
            + ", \"n_head\": "
            + HEADS
            + ", \"n_inner\": "
            + INNER
            + ", \"num_experts\": "
            + EXPERTS
            + ", \"moe_every_n_layers\": "
            + every
            + ", \"moe_top_k\": "
            + picked
            + ", \"activation_function\": \"gelu\", \"vocab_size\": 250, \"pad_vocab_size_multiple\":"
            + " 64, \"type_vocab_size\": 1, \"layer_norm_epsilon\": 1e-4, \"rotary_emb_base\":"
            + " 10000, \"rotary_emb_fraction\": 1.0, \"rotary_emb_interleaved\": false,"
            + " \"rotary_scaling_factor\": null, \"max_trained_positions\": 2048, \"n_positions\":"
            + " 2048, \"prenorm\": false, \"qkv_proj_bias\": true, \"mlp_fc1_bias\": true,"
            + " \"mlp_fc2_bias\": true, \"moe_impl\": \"megablocks\", \"expert_choice_router\":"
            + " false, \"moe_normalize_expert_weights\": false, \"num_shared_experts\": 0,"
            + " \"ffn_div\": 1, \"router_aux_loss_coef\": 0.1, \"pad_token_id\": 1, \"causal\":"
            + " false, \"use_rms_norm\": null, \"num_labels\": 3}";
    Families families = Architectures.families(Optional.empty());
    CustomCode code = families.customCode(HfConfig.parse(published, "nomic-moe")).orElseThrow();
    Map<String, TensorData> read =
        families.tensors(code.config(), code.tensors().apply(stored(every)));
    return new EdgeModel(code.config(), CheckpointWeights.of(read, "nomic-moe"));
  }

  private static Map<String, TensorData> stored(int every) {
    RandomTensors tensors = new RandomTensors(7);
    tensors.put("bert.embeddings.word_embeddings.weight", 256, WIDTH);
    tensors.put("bert.embeddings.token_type_embeddings.weight", 1, WIDTH);
    tensors.norm("bert.emb_ln", WIDTH);
    for (int i = 0; i < LAYERS; i++) {
      String at = "bert.encoder.layers." + i + ".";
      tensors.linear(at + "attn.Wqkv", 3 * WIDTH, WIDTH);
      tensors.linear(at + "attn.out_proj", WIDTH, WIDTH);
      tensors.norm(at + "norm1", WIDTH);
      tensors.norm(at + "norm2", WIDTH);
      if (mixes(i, every)) {
        tensors.put(at + "mlp.router.layer.weight", EXPERTS, WIDTH);
        tensors.put(at + "mlp.experts.mlp.w1", EXPERTS * INNER, WIDTH);
        tensors.put(at + "mlp.experts.mlp.w2", EXPERTS * INNER, WIDTH);
        tensors.put(at + "mlp.experts.bias", WIDTH);
      } else {
        tensors.linear(at + "mlp.fc1", INNER, WIDTH);
        tensors.linear(at + "mlp.fc2", WIDTH, INNER);
      }
    }
    tensors.linear("bert.pooler.dense", WIDTH, WIDTH);
    tensors.linear("classifier", LABELS, WIDTH);
    return tensors.all();
  }

  private static boolean mixes(int layer, int every) {
    return every > 0 && layer % every == (every == 1 ? 0 : 1);
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "2, 1", "3, 3", "0, 1"})
  void itIsTheCodesFormula(int every, int picked) throws IOException {
    EdgeModel model = model(every, picked);
    float[] expected = logits(model, every, picked);
    assertThat(model.reference(TEXT)).containsExactly(expected, within(1e-5f));
    assertThat(model.answer(TEXT)).containsExactly(expected, within(TOLERANCE));
  }

  @Test
  void paddingIsNotSeen() throws IOException {
    EdgeModel model = model();
    int[] padded = Arrays.copyOf(TEXT, TEXT.length + 5);
    Arrays.fill(padded, TEXT.length, padded.length, 1);
    int[] mask = new int[padded.length];
    Arrays.fill(mask, 0, TEXT.length, 1);
    assertThat(model.answer(padded, mask)).containsExactly(model.answer(TEXT), Texts.SAME);
  }

  @Test
  void operatorsOutsideTheFastKernelsAreFew() {
    assertThat(FastKernels.outside(model().graph(Shape.TOKENS, Qkv.SPLIT))).hasSize(8);
  }

  @Test
  void moreExpertsThanThereAreAreRefused() {
    assertThatThrownBy(() -> model().with("moe_top_k", 5).answer(TEXT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("moe_top_k is 5, and there are 4 experts");
  }

  private static float[] logits(EdgeModel model, int every, int picked) throws IOException {
    String bert = "nomic_bert.";
    double[][] words = rows(model, bert + "embeddings.word_embeddings.weight");
    double[][] types = rows(model, bert + "embeddings.token_type_embeddings.weight");
    double[][] x = Arrays.stream(TEXT).mapToObj(id -> words[id]).toArray(double[][]::new);
    x = layerNorm(model, bert + "embeddings.LayerNorm", plus(x, types), EPSILON);
    int e = WIDTH / HEADS;
    for (int i = 0; i < LAYERS; i++) {
      String at = bert + "layers." + i + ".";
      double[][] q = rotated(Textbook.linear(model, at + "self_attn.q_proj", x), e, 10000);
      double[][] k = rotated(Textbook.linear(model, at + "self_attn.k_proj", x), e, 10000);
      double[][] v = Textbook.linear(model, at + "self_attn.v_proj", x);
      double[][] mixed = Textbook.attention(q, k, v, e, 1 / Math.sqrt(e), (t, u) -> 1);
      mixed = Textbook.linear(model, at + "self_attn.o_proj", mixed);
      x = layerNorm(model, at + "post_attention_layernorm", plus(x, mixed), EPSILON);
      double[][] fed = mixes(i, every) ? experts(model, at, x, picked) : plain(model, at, x);
      x = layerNorm(model, at + "post_mlp_layernorm", plus(x, fed), EPSILON);
    }
    double[][] first = {x[0]};
    double[][] pooled = map(Textbook.linear(model, bert + "pooler.dense", first), Math::tanh);
    double[] scores = Textbook.linear(model, "classifier", pooled)[0];
    float[] out = new float[scores.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) scores[i];
    }
    return out;
  }

  private static double[][] plain(EdgeModel model, String at, double[][] x) throws IOException {
    double[][] inner = map(Textbook.linear(model, at + "mlp.fc1", x), Textbook::gelu);
    return Textbook.linear(model, at + "mlp.fc2", inner);
  }

  /** Token by token and expert by expert, as the code does it. */
  private static double[][] experts(EdgeModel model, String at, double[][] x, int picked)
      throws IOException {
    double[][] router = rows(model, at + "mlp.router.layer.weight");
    double[][] w1 = rows(model, at + "mlp.experts.mlp.w1");
    double[][] w2 = rows(model, at + "mlp.experts.mlp.w2");
    double[] bias = Textbook.vector(model, at + "mlp.experts.bias");
    double[][] out = new double[x.length][];
    for (int t = 0; t < x.length; t++) {
      double[] scores = times(new double[][] {x[t]}, router)[0];
      double sum = Arrays.stream(scores).map(Math::exp).sum();
      int[] order =
          IntStream.range(0, EXPERTS)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -scores[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      out[t] = bias.clone();
      for (int p = 0; p < picked; p++) {
        double weight = Math.exp(scores[order[p]]) / sum;
        for (int j = order[p] * INNER; j < (order[p] + 1) * INNER; j++) {
          double inner = Textbook.gelu(times(new double[][] {x[t]}, new double[][] {w1[j]})[0][0]);
          for (int c = 0; c < WIDTH; c++) {
            out[t][c] += weight * inner * w2[j][c];
          }
        }
      }
    }
    return out;
  }
}
