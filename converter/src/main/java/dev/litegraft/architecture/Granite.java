package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.Map;

/**
 * Granite: Llama with factors on the embeddings, on the scores and on what a layer adds. Logits are
 * divided by {@code logits_scaling} in the language model alone.
 *
 * <p>transformers has no classifier of this family; those that people define take its generic
 * heads. Source: {@code transformers/models/granite/modeling_granite.py}.
 */
final class Granite implements Decoder {
  @Override
  public String family() {
    return "Granite";
  }

  @Override
  public Evidence checkedAgainst(Task task) {
    return switch (task) {
      case EMBEDDING -> Evidence.RECORDED;
      case SEQUENCE_CLASSIFICATION -> Evidence.EQUIVALENCE;
      default -> Evidence.SHARED_LAYERS;
    };
  }

  @Override
  public List<String> logitKeys() {
    return List.of("logits_scaling");
  }

  @Override
  public String modelType() {
    return "granite";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public double embeddingScale(HfConfig config) {
    return config.number("embedding_multiplier", 1);
  }

  @Override
  public List<Factor> factors() {
    return List.of(
        new Factor("embedding_multiplier", 1),
        new Factor("residual_multiplier", 1),
        new Factor("logits_scaling", 1));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GraniteForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GraniteForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GraniteModel", Task.EMBEDDING);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T embedded = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    T x = f.scale(embedded, embeddingScale(config));
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.of(config, s.e));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, RmsNorm.read(w.at("norm"), s.d, s.epsilon)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, RmsNorm.read(w.at("input_layernorm"), s.d, s.epsilon)); // [b, t, d]
    T mixed = attention(f, s, w.at("self_attn"), normed, queries); // [b, q, d]
    T attended = f.add(queries.of(x), f.scale(mixed, s.residualFactor));
    T again = f.rmsNorm(attended, RmsNorm.read(w.at("post_attention_layernorm"), s.d, s.epsilon));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, s.mlpBias, s.activation).apply(f, again);
    return f.named(f.add(attended, f.scale(fed, s.residualFactor)), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q_proj"), s.d, s.h * s.e, s.attentionBias),
            Linear.read(w.at("k_proj"), s.d, s.k * s.e, s.attentionBias),
            Linear.read(w.at("v_proj"), s.d, s.k * s.e, s.attentionBias));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h)); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.k)); // [b, k, t, e]
    T value = f.splitHeads(qkv.get(2), s.k); // [b, k, t, e]
    T mixed = queries.attend(query, key, value, queries.scores(s.scale)); // [b, h, q, e]
    return f.linear(
        f.mergeHeads(mixed), Linear.read(w.at("o_proj"), s.h * s.e, s.d, s.attentionBias));
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v,
      int d,
      int layers,
      int h,
      int k,
      int e,
      int f,
      double epsilon,
      Activation activation,
      boolean attentionBias,
      boolean mlpBias,
      double scale,
      double residualFactor) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      c.has("logits_scaling"); // the language model's
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          c.size("num_key_value_heads", h),
          c.size("head_dim", d / h),
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false),
          c.flag("mlp_bias", false),
          c.number("attention_multiplier", 1), // of the scores, in the place of 1/sqrt(e)
          c.number("residual_multiplier", 1));
    }
  }
}
