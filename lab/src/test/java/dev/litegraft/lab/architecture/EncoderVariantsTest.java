package dev.litegraft.lab.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.litegraft.checkpoint.CheckpointWeights;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Settings of encoders without recorded outputs, by checkpoints of which it is known that they
 * answer as a recorded one does: the same function with other weights. Not checked: such a
 * checkpoint against the original class.
 */
final class EncoderVariantsTest {
  private static final int[] TEXT = Texts.ofLength(23);

  /** bert-base-uncased has its norms so in safetensors too. */
  @Test
  void normsUnderTensorFlowsNames() throws IOException {
    EdgeModel model = EdgeModel.of("bert-seqcls");
    Map<String, TensorData> renamed = new LinkedHashMap<>();
    model
        .weights()
        .tensors()
        .forEach(
            (name, data) ->
                renamed.put(
                    name.replace("LayerNorm.weight", "LayerNorm.gamma")
                        .replace("LayerNorm.bias", "LayerNorm.beta"),
                    data));
    assertSame(new EdgeModel(model.config(), CheckpointWeights.of(renamed, "older")), model);
  }

  /** KoELECTRA-small: a table of twice the same half is normalised to twice the same half. */
  @Test
  void electraWithAnEmbeddingProjection() throws IOException {
    EdgeModel model = EdgeModel.of("electra-seqcls-bf16");
    EdgeModel wide = model.with("embedding_size", 128);
    for (String tensor :
        List.of(
            "word_embeddings.weight",
            "position_embeddings.weight",
            "token_type_embeddings.weight",
            "LayerNorm.weight",
            "LayerNorm.bias")) {
      wide = twice(wide, "electra.embeddings." + tensor);
    }
    float[] left = new float[64 * 128];
    for (int i = 0; i < 64; i++) {
      left[i * 128 + i] = 1;
    }
    wide =
        wide.with("electra.embeddings_project.weight", Shape.of(64, 128), left)
            .with("electra.embeddings_project.bias", Shape.of(64), new float[64]);
    assertSame(wide, model);
  }

  /** Every row after itself. */
  private static EdgeModel twice(EdgeModel model, String tensor) throws IOException {
    Shape shape = model.shape(tensor);
    float[] numbers = model.numbers(tensor);
    int width = shape.last();
    float[] wide = new float[2 * numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      int at = i / width * 2 * width + i % width;
      wide[at] = numbers[i];
      wide[at + width] = numbers[i];
    }
    return model.with(tensor, shape.with(-1, 2 * width), wide);
  }

  @Test
  void albertWithAGroupALayer() throws IOException {
    EdgeModel model = EdgeModel.of("albert-seqcls");
    EdgeModel grouped = model.with("num_hidden_groups", 3);
    for (String tensor : layerOfAlbert(model)) {
      for (int group = 1; group < 3; group++) {
        grouped = copy(grouped, tensor, tensor.replace("layer_groups.0", "layer_groups." + group));
      }
    }
    assertSame(grouped, model);
  }

  /**
   * Of 3 layers in 2 groups the first two are of the first: 3/2 layers a group, as transformers.
   */
  @Test
  void albertWithGroupsThatDoNotDivideItsLayers() throws IOException {
    EdgeModel model = EdgeModel.of("albert-seqcls").with("num_hidden_groups", 3);
    EdgeModel uneven = EdgeModel.of("albert-seqcls").with("num_hidden_groups", 2);
    for (String tensor : layerOfAlbert(uneven)) {
      String first = tensor.replace("layer_groups.0", "layer_groups.1");
      String second = tensor.replace("layer_groups.0", "layer_groups.2");
      model = copy(copy(model, tensor, first), tensor, second).mapping(second, x -> x * 0.9);
      uneven = copy(uneven, tensor, first).mapping(first, x -> x * 0.9);
    }
    assertSame(uneven, model);
  }

  @Test
  void albertsActivationIsTheTanhFormWhereItsConfigHasNone() throws IOException {
    EdgeModel model = EdgeModel.of("albert-seqcls");
    assertSame(model.without("hidden_act"), model);
  }

  @Test
  void albertWithSeveralLayersAGroup() throws IOException {
    EdgeModel model = EdgeModel.of("albert-seqcls");
    EdgeModel inner = model.with("num_hidden_layers", 1).with("inner_group_num", 3);
    for (String tensor : layerOfAlbert(model)) {
      for (int layer = 1; layer < 3; layer++) {
        inner = copy(inner, tensor, tensor.replace("albert_layers.0", "albert_layers." + layer));
      }
    }
    assertSame(inner, model);
  }

  private static List<String> layerOfAlbert(EdgeModel model) {
    return model.weights().tensors().keySet().stream()
        .filter(name -> name.contains("albert_layers.0"))
        .toList();
  }

  @Test
  void debertaWithProjectionsOfItsPositions() throws IOException {
    EdgeModel model = EdgeModel.of("deberta-v2-seqcls");
    EdgeModel own = model.with("share_att_key", false);
    for (int i = 0; i < 3; i++) {
      for (String kind : List.of("weight", "bias")) {
        String self = "deberta.encoder.layer." + i + ".attention.self.";
        own = copy(own, self + "key_proj." + kind, self + "pos_key_proj." + kind);
        own = copy(own, self + "query_proj." + kind, self + "pos_query_proj." + kind);
      }
    }
    assertSame(own, model);
    assertSame(own.with("pos_att_type", "p2c|c2p"), model);
  }

  /** Without p2c a score has two terms, and is divided by the root of 2 e instead of 3 e. */
  @Test
  void debertaWithContentToPositionAlone() throws IOException {
    EdgeModel model = EdgeModel.of("deberta-v2-seqcls").with("share_att_key", false);
    for (int i = 0; i < 3; i++) {
      for (String kind : List.of("weight", "bias")) {
        String self = "deberta.encoder.layer." + i + ".attention.self.";
        model = copy(model, self + "key_proj." + kind, self + "pos_key_proj." + kind);
        model = copy(model, self + "query_proj." + kind, self + "pos_query_proj." + kind);
        model = model.mapping(self + "pos_query_proj." + kind, x -> 0);
      }
    }
    EdgeModel one = model.with("pos_att_type", List.of("c2p"));
    for (int i = 0; i < 3; i++) {
      for (String kind : List.of("weight", "bias")) {
        String query = "deberta.encoder.layer." + i + ".attention.self.query_proj." + kind;
        one = one.mapping(query, x -> x * Math.sqrt(2.0 / 3));
      }
    }
    assertSame(one, model);
  }

  /**
   * Before they are scaled scores pass the 3e4 that a hidden key has: trained models of this family
   * are known to leave even the range of f16.
   */
  @Test
  void debertaWithLargeScores() throws IOException {
    EdgeModel model = EdgeModel.of("deberta-v2-seqcls");
    for (int i = 0; i < 3; i++) {
      for (String name : List.of("key_proj.weight", "query_proj.weight")) {
        String self = "deberta.encoder.layer." + i + ".attention.self.";
        model = model.mapping(self + name, x -> x * 80);
      }
    }
    assertThat(model.answer(TEXT)).containsExactly(model.reference(TEXT), Offset.offset(1e-3f));
  }

  /** Its table is there, and nobody looks at it. */
  @Test
  void debertaWithRelativePositionsOfNoKind() throws IOException {
    EdgeModel model = EdgeModel.of("deberta-v2-seqcls").with("pos_att_type", List.of());
    assertSame(model, model.with("relative_attention", false));
  }

  @Test
  void debertaWithoutRelativePositionsForgetsTheOrder() throws IOException {
    EdgeModel model = EdgeModel.of("deberta-v2-seqcls").with("relative_attention", false);
    int[] turned = TEXT.clone();
    turned[5] = TEXT[9];
    turned[9] = TEXT[5];
    assertThat(model.answer(turned)).containsExactly(model.answer(TEXT), Texts.SAME);
  }

  @Test
  void modernBertUnderTheKeysOfNewerVersions() throws IOException {
    EdgeModel model = EdgeModel.of("modernbert-seqcls-cls");
    Map<String, Object> global = Map.of("rope_type", "default", "rope_theta", 160000.0);
    Map<String, Object> local = Map.of("rope_type", "default", "rope_theta", 10000.0);
    EdgeModel newer =
        model
            .without("global_rope_theta")
            .without("local_rope_theta")
            .without("global_attn_every_n_layers")
            .with("rope_parameters", Map.of("full_attention", global, "sliding_attention", local))
            .with(
                "layer_types",
                List.of(
                    "full_attention", "sliding_attention", "sliding_attention", "full_attention"));
    assertSame(newer, model);
  }

  @Test
  void modernBertWithBiases() throws IOException {
    EdgeModel model = EdgeModel.of("modernbert-seqcls-cls");
    EdgeModel biased = model;
    for (String flag : List.of("attention_bias", "mlp_bias", "norm_bias", "classifier_bias")) {
      biased = biased.with(flag, true);
    }
    for (String tensor : model.weights().tensors().keySet()) {
      if (tensor.endsWith(".weight")
          && !tensor.contains("tok_embeddings")
          && !tensor.startsWith("classifier")) {
        String bias = tensor.replace(".weight", ".bias");
        int rows = model.shape(tensor).dim(0);
        biased = biased.with(bias, Shape.of(rows), new float[rows]);
      }
    }
    assertSame(biased, model);
  }

  @Test
  void modernBertsLocalBaseIsTheGlobalOneWhereItIsNull() throws IOException {
    EdgeModel model = EdgeModel.of("modernbert-seqcls-cls");
    assertSame(model.with("local_rope_theta", null), model.with("local_rope_theta", 160000));
    assertSame(model.without("local_rope_theta").without("global_rope_theta"), model);
  }

  /** ModernBERT-base's config has it beside norm_eps. */
  @Test
  void modernBertHasNoUseForLayerNormEps() throws IOException {
    EdgeModel model = EdgeModel.of("modernbert-seqcls-cls");
    assertSame(model.with("layer_norm_eps", 0.5), model);
  }

  /** How far the original's logits move was recorded; the largest of all inputs. */
  @Test
  void modernBertPoolsTheMeanAsFarFromTheFirstTokenAsRecorded() throws IOException {
    assertThat(largestChange("modernbert-seqcls-cls", "classifier_pooling", "mean"))
        .isCloseTo(2.1243701, org.assertj.core.data.Offset.offset(1e-4));
    assertThat(largestChange("modernbert-seqcls-cls", "local_attention", 128))
        .isCloseTo(1.6124538, org.assertj.core.data.Offset.offset(1e-4));
  }

  private static double largestChange(String golden, String key, Object value) throws IOException {
    EdgeModel model = EdgeModel.of(golden).with(key, value);
    double largest = 0;
    for (GoldenCase.Input input : GoldenCase.of(golden).inputs()) {
      for (int row = 0; row < input.ids().length; row++) {
        float[] changed = model.answer(input.ids()[row], input.mask()[row]);
        for (int i = 0; i < changed.length; i++) {
          largest = Math.max(largest, Math.abs(changed[i] - input.answer()[row][i]));
        }
      }
    }
    return largest;
  }

  @Test
  void camembertIsRobertaUnderAnotherName() throws IOException {
    EdgeModel model = EdgeModel.of("roberta-seqcls");
    EdgeModel french =
        model.as("CamembertForSequenceClassification").with("model_type", "camembert");
    assertSame(french, model);
  }

  @Test
  void settingsThatAreNotSupportedAreNamed() throws IOException {
    assertRefused("bert-seqcls", "position_embedding_type", "rotary");
    assertRefused("bert-seqcls", "num_attention_heads", 5);
    assertRefused("deberta-v2-seqcls", "conv_kernel_size", 2);
    assertRefused("deberta-v2-seqcls", "pos_att_type", List.of("c2p", "p2p"));
    assertRefused("deberta-v2-seqcls", "norm_rel_ebd", "batch_norm");
    assertRefused("deberta-v2-seqcls", "attention_head_size", 32);
    assertRefused("modernbert-seqcls-cls", "classifier_pooling", "max");
    assertRefused("modernbert-seqcls-cls", "layer_types", List.of("full_attention"));
  }

  private static void assertRefused(String golden, String key, Object value) throws IOException {
    EdgeModel model = EdgeModel.of(golden).with(key, value);
    assertThatThrownBy(() -> model.answer(TEXT))
        .as("%s = %s", key, value)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(key.equals("num_attention_heads") ? "heads" : key);
  }

  private static EdgeModel copy(EdgeModel model, String from, String to) throws IOException {
    return model.with(to, model.shape(from), model.numbers(from));
  }

  private static void assertSame(EdgeModel a, EdgeModel b) throws IOException {
    for (int tokens : new int[] {1, 7, 23, 40}) {
      int[] text = Arrays.copyOf(Texts.ofLength(40), tokens);
      assertThat(a.answer(text))
          .as("%d tokens", tokens)
          .containsExactly(b.answer(text), Texts.SAME);
    }
  }
}
