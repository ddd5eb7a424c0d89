package dev.litegraft.benchmarks;

import java.util.Map;

/**
 * Llama with two labels.
 *
 * @param rope the rotary base
 */
record SyntheticLlama(
    String name,
    int vocabulary,
    int width,
    int layers,
    int heads,
    int keyValueHeads,
    int headWidth,
    int feedForward,
    int rope)
    implements SyntheticModel {
  static final SyntheticLlama SMOLLM2_135M =
      new SyntheticLlama("smollm2-135m", 49_152, 576, 30, 9, 3, 64, 1536, 100_000);

  /** With as many multiplications as an encoder: a gated feed-forward part has three matrices. */
  static SyntheticLlama asLargeAs(EncoderSize s) {
    return new SyntheticLlama(
        "llama-base",
        s.vocabulary(),
        s.width(),
        s.layers(),
        s.heads(),
        s.heads(),
        s.width() / s.heads(),
        s.gatedFeedForward(),
        10_000);
  }

  @Override
  public String config(String torchType) {
    return """
        {
          "architectures": ["LlamaForSequenceClassification"],
          "model_type": "llama",
          "vocab_size": %d,
          "hidden_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "num_key_value_heads": %d,
          "head_dim": %d,
          "intermediate_size": %d,
          "hidden_act": "silu",
          "rms_norm_eps": 1e-05,
          "rope_theta": %d,
          "attention_bias": false,
          "mlp_bias": false,
          "max_position_embeddings": 8192,
          "pad_token_id": 2,
          "id2label": {"0": "negative", "1": "positive"},
          "torch_dtype": "%s"
        }
        """
        .formatted(
            vocabulary,
            width,
            layers,
            heads,
            keyValueHeads,
            headWidth,
            feedForward,
            rope,
            torchType);
  }

  @Override
  public Map<String, int[]> shapes() {
    TensorShapes shapes = new TensorShapes().table("model.embed_tokens", vocabulary, width);
    for (int i = 0; i < layers; i++) {
      String at = "model.layers." + i;
      shapes
          .normWithoutBias(at + ".input_layernorm", width)
          .linearWithoutBias(at + ".self_attn.q_proj", width, heads * headWidth)
          .linearWithoutBias(at + ".self_attn.k_proj", width, keyValueHeads * headWidth)
          .linearWithoutBias(at + ".self_attn.v_proj", width, keyValueHeads * headWidth)
          .linearWithoutBias(at + ".self_attn.o_proj", heads * headWidth, width)
          .normWithoutBias(at + ".post_attention_layernorm", width)
          .linearWithoutBias(at + ".mlp.gate_proj", width, feedForward)
          .linearWithoutBias(at + ".mlp.up_proj", width, feedForward)
          .linearWithoutBias(at + ".mlp.down_proj", feedForward, width);
    }
    return shapes
        .normWithoutBias("model.norm", width)
        .linearWithoutBias("score", width, 2)
        .byName();
  }

  @Override
  public long multiplications(int tokens) {
    long keysAndValues = 2L * width * keyValueHeads * headWidth;
    long rest = 2L * width * heads * headWidth + 3L * width * feedForward;
    return layers * keysAndValues * tokens + rest * ((layers - 1L) * tokens + 1);
  }

  @Override
  public long products(int tokens) {
    return 2L * heads * headWidth * tokens * ((layers - 1L) * tokens + 1);
  }
}
