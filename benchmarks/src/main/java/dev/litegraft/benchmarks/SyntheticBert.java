package dev.litegraft.benchmarks;

import java.util.Map;

/** BERT with two labels. */
record SyntheticBert(EncoderSize size) implements SyntheticEncoder {
  private static final int POSITIONS = 512;

  @Override
  public String name() {
    return "bert-base";
  }

  @Override
  public String config(String torchType) {
    return """
        {
          "architectures": ["BertForSequenceClassification"],
          "model_type": "bert",
          "vocab_size": %d,
          "hidden_size": %d,
          "num_hidden_layers": %d,
          "num_attention_heads": %d,
          "intermediate_size": %d,
          "hidden_act": "gelu",
          "layer_norm_eps": 1e-12,
          "max_position_embeddings": %d,
          "type_vocab_size": 2,
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
            POSITIONS,
            torchType);
  }

  @Override
  public Map<String, int[]> shapes() {
    int d = size.width();
    TensorShapes shapes =
        new TensorShapes()
            .table("bert.embeddings.word_embeddings", size.vocabulary(), d)
            .table("bert.embeddings.position_embeddings", POSITIONS, d)
            .table("bert.embeddings.token_type_embeddings", 2, d)
            .norm("bert.embeddings.LayerNorm", d);
    for (int i = 0; i < size.layers(); i++) {
      String at = "bert.encoder.layer." + i;
      shapes
          .linear(at + ".attention.self.query", d, d)
          .linear(at + ".attention.self.key", d, d)
          .linear(at + ".attention.self.value", d, d)
          .linear(at + ".attention.output.dense", d, d)
          .norm(at + ".attention.output.LayerNorm", d)
          .linear(at + ".intermediate.dense", d, size.feedForward())
          .linear(at + ".output.dense", size.feedForward(), d)
          .norm(at + ".output.LayerNorm", d);
    }
    return shapes.linear("bert.pooler.dense", d, d).linear("classifier", d, 2).byName();
  }
}
