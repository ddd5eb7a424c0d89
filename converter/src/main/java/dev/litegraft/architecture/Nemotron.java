package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Nemotron and Minitron: norms that multiply by 1 + weight, relu² without a gate, half of each head
 * turns.
 *
 * <p>Source: {@code transformers/models/nemotron/modeling_nemotron.py}; arXiv:2402.16819.
 */
final class Nemotron implements Decoder {
  @Override
  public String family() {
    return "Nemotron";
  }

  @Override
  public String modelType() {
    return "nemotron";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("norm_eps");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "NemotronForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "NemotronForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "NemotronModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
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
    return f.layerNorm(x, s.norm(w.at("norm"))); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.layerNorm(x, s.norm(w.at("input_layernorm"))); // [b, t, d]
    SelfAttention attention =
        SelfAttention.read(w.at("self_attn"), s.d, s.h, s.k, s.e, s.attentionBias, s.attentionBias);
    T attended = f.add(queries.of(x), attention.apply(f, normed, queries)); // [b, q, d]
    T again = f.layerNorm(attended, s.norm(w.at("post_attention_layernorm")));
    Mlp mlp = Mlp.read(w.at("mlp"), "up_proj", "down_proj", s.d, s.f, s.mlpBias, s.activation);
    return f.named(f.add(attended, mlp.apply(f, again)), w.path());
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
          c.number("norm_eps", 1e-5),
          Activation.of(c.text("hidden_act", "relu2"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false),
          c.flag("mlp_bias", false),
          rope(c.withDefault("partial_rotary_factor", 0.5), e));
    }

    /** Before version 5 the class scaled no positions, whatever the key said. */
    private static RotaryEmbedding rope(HfConfig c, int e) {
      RotaryEmbedding scaled = RotaryEmbedding.of(c, e);
      return SavedBy.UNKNOWN.orOf(c).transformersBefore(5, 0)
          ? RotaryEmbedding.of(c.without("rope_scaling"), e)
          : scaled;
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon).withUnitOffset();
    }
  }
}
