package dev.litegraft.benchmarks;

import java.util.Map;

/** ModernBERT with two labels, its gated feed-forward part as large as the size's plain one. */
record SyntheticModernBert(EncoderSize size) implements SyntheticEncoder {
  @Override
  public String name() {
    return "modernbert-base";
  }

  @Override
  public String config(String torchType) {
    return """
        {
          "architectures": ["ModernBertForSequenceClassification"],
          "model_type": "modernbert",
          "vocab_size": %d,
          "hidden_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "intermediate_size": %d,
          "hidden_activation": "gelu",
          "norm_eps": 1e-05,
          "global_attn_every_n_layers": 3,
          "local_attention": 128,
          "global_rope_theta": 160000.0,
          "local_rope_theta": 10000.0,
          "attention_bias": false,
          "mlp_bias": false,
          "norm_bias": false,
          "classifier_bias": false,
          "classifier_activation": "gelu",
          "classifier_pooling": "cls",
          "max_position_embeddings": 8192,
          "pad_token_id": 0,
          "id2label": {"0": "negative", "1": "positive"},
          "torch_dtype": "%s"
        }
        """
        .formatted(
            size.vocabulary(),
            size.width(),
            size.layers(),
            size.heads(),
            size.gatedFeedForward(),
            torchType);
  }

  @Override
  public Map<String, int[]> shapes() {
    int d = size.width();
    int f = size.gatedFeedForward();
    TensorShapes shapes =
        new TensorShapes()
            .table("model.embeddings.tok_embeddings", size.vocabulary(), d)
            .normWithoutBias("model.embeddings.norm", d);
    for (int i = 0; i < size.layers(); i++) {
      String at = "model.layers." + i;
      if (i > 0) { // the embeddings are normalised already
        shapes.normWithoutBias(at + ".attn_norm", d);
      }
      shapes
          .linearWithoutBias(at + ".attn.Wqkv", d, 3 * d)
          .linearWithoutBias(at + ".attn.Wo", d, d)
          .normWithoutBias(at + ".mlp_norm", d)
          .linearWithoutBias(at + ".mlp.Wi", d, 2 * f)
          .linearWithoutBias(at + ".mlp.Wo", f, d);
    }
    return shapes
        .normWithoutBias("model.final_norm", d)
        .linearWithoutBias("head.dense", d, d)
        .normWithoutBias("head.norm", d)
        .linear("classifier", d, 2)
        .byName();
  }
}
