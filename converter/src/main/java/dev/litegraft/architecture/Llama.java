package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
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
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Llama, and what has its shape: SmolLM, SmolLM2, Llama 2 and 3, TinyLlama.
 *
 * <p>Source: {@code transformers/models/llama/modeling_llama.py}.
 */
final class Llama implements Decoder {
  @Override
  public String family() {
    return "Llama";
  }

  @Override
  public String modelType() {
    return "llama";
  }

  @Override
  public String tokenizerClass() {
    return "LlamaTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "LlamaForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "LlamaForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "LlamaModel", Task.EMBEDDING);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    return "llama_bidirec".equals(config.value("model_type"))
        ? Optional.of(BothWays.ofLlama(config, modelType()))
        : Optional.empty();
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    return hidden(f, config, w, in, LayerTypes.full(config));
  }

  /**
   * The last hidden states after the final norm.
   *
   * @param span how far a query sees
   */
  static <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in, Span span) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.of(config, s.e));
    Queries<T> all = Queries.all(f, f.mask(in.attended(), span), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, RmsNorm.read(w.at("norm"), s.d, s.epsilon)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, RmsNorm.read(w.at("input_layernorm"), s.d, s.epsilon)); // [b, t, d]
    T attended =
        f.add(queries.of(x), attention(f, s, w.at("self_attn"), normed, queries)); // [b, q, d]
    T again = f.rmsNorm(attended, RmsNorm.read(w.at("post_attention_layernorm"), s.d, s.epsilon));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, s.mlpBias, s.activation).apply(f, again);
    return f.named(f.add(attended, fed), w.path());
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
    T mixed = queries.attend(query, key, value, queries.scores(1 / Math.sqrt(s.e))); // [b, h, q, e]
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
          c.number("rms_norm_eps", 1e-6),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false),
          c.flag("mlp_bias", false));
    }
  }
}
