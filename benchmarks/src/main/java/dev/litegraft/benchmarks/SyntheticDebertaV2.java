package dev.litegraft.benchmarks;

import java.util.Map;

/** DeBERTa-v3 with two labels: its relative positions go through the content's projections. */
record SyntheticDebertaV2(EncoderSize size) implements SyntheticEncoder {
  private static final int BUCKETS = 256;

  @Override
  public String name() {
    return "deberta-v2-base";
  }

  @Override
  public String config(String torchType) {
    return """
        {
          "architectures": ["DebertaV2ForSequenceClassification"],
          "model_type": "deberta-v2",
          "vocab_size": %d,
          "hidden_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "intermediate_size": %d,
          "hidden_act": "gelu",
          "layer_norm_eps": 1e-07,
          "max_position_embeddings": 512,
          "max_relative_positions": -1,
          "norm_rel_ebd": "layer_norm",
          "pooler_hidden_act": "gelu",
          "pos_att_type": ["p2c", "c2p"],
          "position_biased_input": false,
          "position_buckets": %d,
          "relative_attention": true,
          "share_att_key": true,
          "type_vocab_size": 0,
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
            size.feedForward(),
            BUCKETS,
            torchType);
  }

  @Override
  public Map<String, int[]> shapes() {
    int d = size.width();
    TensorShapes shapes =
        new TensorShapes()
            .table("deberta.embeddings.word_embeddings", size.vocabulary(), d)
            .norm("deberta.embeddings.LayerNorm", d);
    for (int i = 0; i < size.layers(); i++) {
      String at = "deberta.encoder.layer." + i;
      shapes
          .linear(at + ".attention.self.query_proj", d, d)
          .linear(at + ".attention.self.key_proj", d, d)
          .linear(at + ".attention.self.value_proj", d, d)
          .linear(at + ".attention.output.dense", d, d)
          .norm(at + ".attention.output.LayerNorm", d)
          .linear(at + ".intermediate.dense", d, size.feedForward())
          .linear(at + ".output.dense", size.feedForward(), d)
          .norm(at + ".output.LayerNorm", d);
    }
    return shapes
        .table("deberta.encoder.rel_embeddings", 2 * BUCKETS, d)
        .norm("deberta.encoder.LayerNorm", d)
        .linear("pooler.dense", d, d)
        .linear("classifier", d, 2)
        .byName();
  }

  /**
   * Queries and keys are multiplied with 2t + 1 distances, too; in the last layer with t. Positions
   * are projected when the file is made.
   */
  @Override
  public long products(int tokens) {
    long distances = (size.layers() - 1L) * tokens * (2L * tokens + 1) + tokens;
    return size.products(tokens) + 2L * size.width() * distances;
  }
}
