package dev.litegraft.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Small checkpoints of the families whose classes transformers does not have, and of which there is
 * therefore no recorded one: random weights, of a seed. Right or wrong, clients must answer to them
 * as this runtime does; that they are right is shown by the lab's tests of these families.
 */
final class CodeOnlyFamilies {
  /** Names, with {@code #} for a layer; dimensions. */
  private static final Map<String, String> TENSORS =
      Map.of(
          "NeoBERT",
          """
          model.encoder.weight 256 48
          model.transformer_encoder.#.qkv.weight 144 48
          model.transformer_encoder.#.wo.weight 48 48
          model.transformer_encoder.#.ffn.w12.weight 48 48
          model.transformer_encoder.#.ffn.w3.weight 48 24
          model.transformer_encoder.#.attention_norm.weight 48
          model.transformer_encoder.#.ffn_norm.weight 48
          model.layer_norm.weight 48
          dense.weight 48 48
          dense.bias 48
          classifier.weight 3 48
          classifier.bias 3
          """,
          "JinaBERT",
          """
          bert.embeddings.word_embeddings.weight 256 48
          bert.embeddings.token_type_embeddings.weight 2 48
          bert.embeddings.LayerNorm.weight 48
          bert.embeddings.LayerNorm.bias 48
          bert.encoder.layer.#.attention.self.query.weight 48 48
          bert.encoder.layer.#.attention.self.query.bias 48
          bert.encoder.layer.#.attention.self.key.weight 48 48
          bert.encoder.layer.#.attention.self.key.bias 48
          bert.encoder.layer.#.attention.self.value.weight 48 48
          bert.encoder.layer.#.attention.self.value.bias 48
          bert.encoder.layer.#.attention.output.dense.weight 48 48
          bert.encoder.layer.#.attention.output.dense.bias 48
          bert.encoder.layer.#.attention.self.layer_norm_q.weight 48
          bert.encoder.layer.#.attention.self.layer_norm_q.bias 48
          bert.encoder.layer.#.attention.self.layer_norm_k.weight 48
          bert.encoder.layer.#.attention.self.layer_norm_k.bias 48
          bert.encoder.layer.#.mlp.up_gated_layer.weight 80 48
          bert.encoder.layer.#.mlp.down_layer.weight 48 40
          bert.encoder.layer.#.mlp.down_layer.bias 48
          bert.encoder.layer.#.layer_norm_1.weight 48
          bert.encoder.layer.#.layer_norm_1.bias 48
          bert.encoder.layer.#.layer_norm_2.weight 48
          bert.encoder.layer.#.layer_norm_2.bias 48
          bert.pooler.dense.weight 48 48
          bert.pooler.dense.bias 48
          classifier.weight 3 48
          classifier.bias 3
          """,
          "Nomic-BERT with experts",
          """
          bert.embeddings.word_embeddings.weight 256 48
          bert.embeddings.token_type_embeddings.weight 1 48
          bert.emb_ln.weight 48
          bert.emb_ln.bias 48
          bert.encoder.layers.#.attn.Wqkv.weight 144 48
          bert.encoder.layers.#.attn.Wqkv.bias 144
          bert.encoder.layers.#.attn.out_proj.weight 48 48
          bert.encoder.layers.#.attn.out_proj.bias 48
          bert.encoder.layers.#.norm1.weight 48
          bert.encoder.layers.#.norm1.bias 48
          bert.encoder.layers.#.norm2.weight 48
          bert.encoder.layers.#.norm2.bias 48
          bert.encoder.layers.0.mlp.fc1.weight 20 48
          bert.encoder.layers.0.mlp.fc1.bias 20
          bert.encoder.layers.0.mlp.fc2.weight 48 20
          bert.encoder.layers.0.mlp.fc2.bias 48
          bert.encoder.layers.1.mlp.router.layer.weight 4 48
          bert.encoder.layers.1.mlp.experts.mlp.w1 80 48
          bert.encoder.layers.1.mlp.experts.mlp.w2 80 48
          bert.encoder.layers.1.mlp.experts.bias 48
          bert.pooler.dense.weight 48 48
          bert.pooler.dense.bias 48
          classifier.weight 3 48
          classifier.bias 3
          """);

  private static final Map<String, String> CONFIGS =
      Map.of(
          "NeoBERT",
          """
          {"architectures": ["NeoBERTForSequenceClassification"], "model_type": "neobert",
           "vocab_size": 256, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 3,
           "intermediate_size": 34, "max_length": 64, "norm_eps": 1e-4, "pad_token_id": 0,
           "num_labels": 3}
          """,
          "JinaBERT",
          """
          {"architectures": ["JinaBertForSequenceClassification"], "model_type": "jina_bert",
           "vocab_size": 256, "hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 6,
           "intermediate_size": 40, "max_position_embeddings": 64, "type_vocab_size": 2,
           "layer_norm_eps": 1e-4, "num_labels": 3, "feed_forward_type": "geglu"}
          """,
          "Nomic-BERT with experts",
          """
          {"architectures": ["NomicBertForSequenceClassification"], "model_type": "nomic_bert",
           "auto_map": {"AutoModel": "nomic-ai/nomic-bert-2048--modeling_hf_nomic_bert.NomicBertModel"},
           "n_embd": 48, "n_layer": 2, "n_head": 6, "n_inner": 20, "num_experts": 4,
           "moe_every_n_layers": 2, "moe_top_k": 2, "activation_function": "gelu",
           "vocab_size": 250, "pad_vocab_size_multiple": 64, "type_vocab_size": 1,
           "layer_norm_epsilon": 1e-4, "rotary_emb_base": 10000, "rotary_emb_fraction": 1.0,
           "rotary_emb_interleaved": false, "rotary_scaling_factor": null,
           "max_trained_positions": 2048, "n_positions": 2048, "prenorm": false,
           "qkv_proj_bias": true, "mlp_fc1_bias": true, "mlp_fc2_bias": true,
           "moe_impl": "megablocks", "expert_choice_router": false,
           "moe_normalize_expert_weights": false, "num_shared_experts": 0, "ffn_div": 1,
           "router_aux_loss_coef": 0.1, "pad_token_id": 1, "causal": false, "use_rms_norm": null,
           "num_labels": 3}
          """);

  private CodeOnlyFamilies() {}

  /** Those that can be written. */
  static List<String> names() {
    return TENSORS.keySet().stream().sorted().toList();
  }

  /** Writes one. */
  static Path write(String family, Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("config.json"), CONFIGS.getOrDefault(family, ""));
    Map<String, int[]> tensors = new LinkedHashMap<>();
    TENSORS
        .getOrDefault(family, "")
        .lines()
        .flatMap(
            line ->
                line.contains("#")
                    ? IntStream.range(0, 2).mapToObj(i -> line.replace("#", String.valueOf(i)))
                    : Stream.of(line))
        .map(line -> line.split(" ", -1))
        .forEach(
            words ->
                tensors.put(
                    words[0], Stream.of(words).skip(1).mapToInt(Integer::parseInt).toArray()));
    StringBuilder header = new StringBuilder();
    int end = 0;
    for (Map.Entry<String, int[]> one : tensors.entrySet()) {
      int begin = end;
      end += Float.BYTES * IntStream.of(one.getValue()).reduce(1, (a, b) -> a * b);
      header
          .append(header.isEmpty() ? "{" : ",")
          .append('"' + one.getKey() + "\":{\"dtype\":\"F32\",\"shape\":")
          .append(IntStream.of(one.getValue()).boxed().toList())
          .append(",\"data_offsets\":[" + begin + "," + end + "]}");
    }
    byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + json.length + end).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    Random random = new Random(7);
    tensors.forEach(
        (name, dims) -> {
          boolean scale = dims.length == 1 && name.endsWith("weight");
          int count = IntStream.of(dims).reduce(1, (a, b) -> a * b);
          for (int i = 0; i < count; i++) {
            file.putFloat((float) (random.nextGaussian() * 0.2 + (scale ? 1 : 0)));
          }
        });
    Files.write(folder.resolve("model.safetensors"), file.array());
    return folder;
  }
}
