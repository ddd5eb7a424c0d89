package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Arcee's AFM: Llama with relu² in the place of the gate.
 *
 * <p>Source: {@code transformers/models/arcee/modeling_arcee.py}.
 */
final class Arcee implements Decoder {
  @Override
  public String family() {
    return "Arcee";
  }

  @Override
  public String modelType() {
    return "arcee";
  }

  @Override
  public String tokenizerClass() {
    return "LlamaTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "ArceeForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "ArceeForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "ArceeModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.of(config, s.e));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, s.norm(w.at("norm"))); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, s.norm(w.at("input_layernorm"))); // [b, t, d]
    SelfAttention attention =
        SelfAttention.read(w.at("self_attn"), s.d, s.h, s.k, s.e, s.attentionBias, s.attentionBias);
    T attended = f.add(queries.of(x), attention.apply(f, normed, queries)); // [b, q, d]
    T again = f.rmsNorm(attended, s.norm(w.at("post_attention_layernorm")));
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
      boolean mlpBias) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          c.size("num_key_value_heads", h),
          c.size("head_dim", d / h),
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-5),
          Activation.of(c.text("hidden_act", "relu2"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false),
          c.flag("mlp_bias", false));
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon);
    }
  }
}
