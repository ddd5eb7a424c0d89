package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.litegraft.tensor.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * BERT with relative positions has no recorded outputs. Checked: a layer with both kinds against
 * the formulas in doubles, with recorded weights and random distances; that padding hides, and that
 * RoBERTa, ELECTRA and ALBERT, whose attention is the same, forget where a text begins. Not
 * checked: a real checkpoint against the original class.
 */
final class KeyDistancesTest {
  private static final Offset<Float> CLOSE = Offset.offset((float) GoldenAnswers.FILE_TOLERANCE);
  private static final int REACH = 64;
  private static final int E = 16;
  private static final int[] TEXT = Texts.ofLength(REACH);

  private static EdgeModel bert(String kind) throws IOException {
    return EdgeModel.of("bert-seqcls")
        .with("num_hidden_layers", 1)
        .with("hidden_act", "gelu_new")
        .with("position_embedding_type", kind)
        .with(
            "bert.encoder.layer.0.attention.self.distance_embedding.weight",
            Shape.of(2 * REACH - 1, E),
            distances(REACH));
  }

  private static float[] distances(int reach) {
    Random random = new Random(9);
    float[] numbers = new float[(2 * reach - 1) * E];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) random.nextGaussian() * 0.3f;
    }
    return numbers;
  }

  @Test
  void itIsTheFormula() throws IOException {
    for (String kind : new String[] {"relative_key", "relative_key_query"}) {
      EdgeModel model = bert(kind);
      for (int tokens : new int[] {1, 2, 17, REACH}) {
        int[] text = Arrays.copyOf(TEXT, tokens);
        assertThat(model.answer(text))
            .as("%s, %d tokens", kind, tokens)
            .containsExactly(formula(model, kind.endsWith("query"), text), CLOSE);
      }
    }
  }

  @Test
  void paddingIsHidden() throws IOException {
    int[] padded = Arrays.copyOf(Arrays.copyOf(TEXT, 9), 14);
    int[] mask = new int[14];
    Arrays.fill(mask, 0, 9, 1);
    EdgeModel model = bert("relative_key_query");
    assertThat(model.answer(padded, mask))
        .containsExactly(model.answer(Arrays.copyOf(TEXT, 9)), Texts.SAME);
  }

  /**
   * Where only distances count, texts are the same wherever they stand; absolute positions move.
   */
  @Test
  void theFamiliesAroundBertHaveThemToo() throws IOException {
    Map<String, String> layers =
        Map.of(
            "roberta-seqcls", "roberta.encoder.layer.%d.attention.self.",
            "electra-seqcls-bf16", "electra.encoder.layer.%d.attention.self.",
            "albert-seqcls", "albert.encoder.albert_layer_groups.0.albert_layers.0.attention.");
    for (Map.Entry<String, String> layer : layers.entrySet()) {
      EdgeModel model =
          EdgeModel.of(layer.getKey()).with("position_embedding_type", "relative_key");
      int reach = layer.getKey().startsWith("roberta") ? 66 : REACH;
      for (int i = 0; i < 3; i++) {
        String table = String.format(layer.getValue(), i) + "distance_embedding.weight";
        model = model.with(table, Shape.of(2 * reach - 1, E), distances(reach));
      }
      String backbone = layer.getKey().substring(0, layer.getKey().indexOf('-'));
      String positions = backbone + ".embeddings.position_embeddings.weight";
      int[] text = Arrays.copyOf(TEXT, 20);
      assertThat(model.mapping(positions, x -> x + 1).answer(text))
          .as(layer.getKey())
          .containsExactly(model.answer(text));
      int[] turned = text.clone();
      turned[5] = text[9];
      turned[9] = text[5];
      assertThat(model.answer(turned)).as(layer.getKey()).isNotEqualTo(model.answer(text));
    }
  }

  private static float[] formula(EdgeModel m, boolean withKeys, int[] text) throws IOException {
    double[][] words = Textbook.rows(m, "bert.embeddings.word_embeddings.weight");
    double[][] type = {Textbook.rows(m, "bert.embeddings.token_type_embeddings.weight")[0]};
    double[][] looked = Arrays.stream(text).mapToObj(id -> words[id]).toArray(double[][]::new);
    double[][] x = norm(m, "bert.embeddings.LayerNorm", Textbook.plus(looked, type));
    String layer = "bert.encoder.layer.0.";
    double[][] mixed = attention(m, layer + "attention.self.", withKeys, x);
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
    double[][] first = {made[0]};
    double[][] pooled = Textbook.map(Textbook.linear(m, "bert.pooler.dense", first), Math::tanh);
    double[] logits = Textbook.linear(m, "classifier", pooled)[0];
    float[] answer = new float[logits.length];
    for (int i = 0; i < answer.length; i++) {
      answer[i] = (float) logits[i];
    }
    return answer;
  }

  /** Of query l and key r: (q_l · k_r + q_l · D[l − r] + k_r · D[l − r]) / √e. */
  private static double[][] attention(EdgeModel m, String self, boolean withKeys, double[][] x)
      throws IOException {
    double[][] q = Textbook.linear(m, self + "query", x);
    double[][] k = Textbook.linear(m, self + "key", x);
    double[][] v = Textbook.linear(m, self + "value", x);
    double[][] table = Textbook.rows(m, self + "distance_embedding.weight");
    double[][] mixed = new double[x.length][x[0].length];
    for (int head = 0; head < x[0].length; head += E) {
      for (int l = 0; l < x.length; l++) {
        double[] weights = new double[x.length];
        double sum = 0;
        for (int r = 0; r < x.length; r++) {
          double score = 0;
          for (int i = 0; i < E; i++) {
            double far = table[l - r + REACH - 1][i];
            score += q[l][head + i] * (k[r][head + i] + far);
            score += withKeys ? k[r][head + i] * far : 0;
          }
          weights[r] = Math.exp(score / Math.sqrt(E));
          sum += weights[r];
        }
        for (int r = 0; r < x.length; r++) {
          for (int i = 0; i < E; i++) {
            mixed[l][head + i] += weights[r] / sum * v[r][head + i];
          }
        }
      }
    }
    return mixed;
  }

  private static double[][] norm(EdgeModel m, String module, double[][] x) throws IOException {
    return Textbook.layerNorm(m, module, x, 1e-12);
  }
}
