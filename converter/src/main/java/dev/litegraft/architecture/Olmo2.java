package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * OLMo 2: Llama with norms behind attention and feed-forward, not before them, and over all heads
 * of the queries and of the keys.
 *
 * <p>Source: {@code transformers/models/olmo2/modeling_olmo2.py}; arXiv:2501.00656.
 */
final class Olmo2 implements Decoder {
  @Override
  public String family() {
    return "OLMo2";
  }

  @Override
  public String modelType() {
    return "olmo2";
  }

  @Override
  public String tokenizerClass() {
    return "GPTNeoXTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Olmo2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Olmo2Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 1);
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
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.of(config, s.e));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, s.norm(w.at("norm"), s.d)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T mixed = attention(f, s, w.at("self_attn"), x, queries); // [b, q, d]
    T attended =
        f.add(queries.of(x), f.rmsNorm(mixed, s.norm(w.at("post_attention_layernorm"), s.d)));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, attended);
    T normed = f.rmsNorm(fed, s.norm(w.at("post_feedforward_layernorm"), s.d));
    return f.named(f.add(attended, normed), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    SelfAttention a = SelfAttention.read(w, s.d, s.h, s.k, s.e, s.attentionBias, s.attentionBias);
    List<T> qkv = queries.project(x, a.query(), a.key(), a.value());
    T query = f.rmsNorm(qkv.get(0), s.norm(w.at("q_norm"), s.h * s.e)); // [b, q, h·e]
    T key = f.rmsNorm(qkv.get(1), s.norm(w.at("k_norm"), s.k * s.e)); // [b, t, k·e]
    return a.attend(
        f,
        f.splitHeads(query, s.h),
        f.splitHeads(key, s.k),
        f.splitHeads(qkv.get(2), s.k),
        queries);
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
      boolean attentionBias) {
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
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false));
    }

    RmsNorm norm(Weights w, int width) {
      return RmsNorm.read(w, width, epsilon);
    }
  }
}
