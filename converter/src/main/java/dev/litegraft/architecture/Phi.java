package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Phi, Phi-1.5 and Phi-2: attention and feed-forward read the same normalised x, half of each head
 * turns.
 *
 * <p>Source: {@code transformers/models/phi/modeling_phi.py}.
 */
final class Phi implements Decoder {
  @Override
  public String family() {
    return "Phi";
  }

  @Override
  public String modelType() {
    return "phi";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "PhiForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "PhiForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "PhiModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 2048));
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), s.rope);
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.layerNorm(x, LayerNorm.read(w.at("final_layernorm"), s.d, s.epsilon)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.layerNorm(x, LayerNorm.read(w.at("input_layernorm"), s.d, s.epsilon)); // [b, t, d]
    T mixed = attention(f, s, w.at("self_attn"), normed, queries); // [b, q, d]
    Mlp mlp = Mlp.read(w.at("mlp"), "fc1", "fc2", s.d, s.f, true, s.activation);
    T fed = mlp.apply(f, queries.of(normed));
    return f.named(f.add(f.add(mixed, fed), queries.of(x)), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    SelfAttention attention =
        new SelfAttention(
            Linear.read(w.at("q_proj"), s.d, s.h * s.e),
            Linear.read(w.at("k_proj"), s.d, s.k * s.e),
            Linear.read(w.at("v_proj"), s.d, s.k * s.e),
            Linear.read(w.at("dense"), s.h * s.e, s.d),
            s.h,
            s.k);
    if (!s.normedHeads) {
      return attention.apply(f, x, queries);
    }
    LayerNorm ofQueries = LayerNorm.read(w.at("q_layernorm"), s.e, s.epsilon);
    LayerNorm ofKeys = LayerNorm.read(w.at("k_layernorm"), s.e, s.epsilon);
    return attention.apply(
        f, x, queries, q -> f.layerNorm(q, ofQueries), k -> f.layerNorm(k, ofKeys));
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
      boolean normedHeads,
      RotaryEmbedding rope) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      int e = c.size("head_dim", d / h);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          c.size("num_key_value_heads", h),
          e,
          c.size("intermediate_size"),
          c.number("layer_norm_eps", 1e-5),
          Activation.of(c.text("hidden_act", "gelu_new"), c.where() + ", hidden_act"),
          c.flag("qk_layernorm", false),
          RotaryEmbedding.ofEvenPart(c.withDefault("partial_rotary_factor", 0.5), e));
    }
  }
}
