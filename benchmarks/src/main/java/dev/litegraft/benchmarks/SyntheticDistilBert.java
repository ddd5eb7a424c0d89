package dev.litegraft.benchmarks;

import java.util.Map;

/** DistilBERT with two labels; of the given size, where real ones have half of BERT's layers. */
record SyntheticDistilBert(EncoderSize size) implements SyntheticEncoder {
  private static final int POSITIONS = 512;

  @Override
  public String name() {
    return "distilbert-base";
  }

  @Override
  public String config(String torchType) {
    return """
        {
          "architectures": ["DistilBertForSequenceClassification"],
          "model_type": "distilbert",
          "vocab_size": %d,
          "dim": %d,
          "n_layers": %d,
          "n_heads": %d,
          "hidden_dim": %d,
          "activation": "gelu",
          "sinusoidal_pos_embds": false,
          "max_position_embeddings": %d,
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
            .table("distilbert.embeddings.word_embeddings", size.vocabulary(), d)
            .table("distilbert.embeddings.position_embeddings", POSITIONS, d)
            .norm("distilbert.embeddings.LayerNorm", d);
    for (int i = 0; i < size.layers(); i++) {
      String at = "distilbert.transformer.layer." + i;
      shapes
          .linear(at + ".attention.q_lin", d, d)
          .linear(at + ".attention.k_lin", d, d)
          .linear(at + ".attention.v_lin", d, d)
          .linear(at + ".attention.out_lin", d, d)
          .norm(at + ".sa_layer_norm", d)
          .linear(at + ".ffn.lin1", d, size.feedForward())
          .linear(at + ".ffn.lin2", size.feedForward(), d)
          .norm(at + ".output_layer_norm", d);
    }
    return shapes.linear("pre_classifier", d, d).linear("classifier", d, 2).byName();
  }
}
