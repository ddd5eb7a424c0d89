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
import dev.litegraft.layer.Span;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * Ministral 8B: Mistral whose layers have a window or see all of the text, as {@code layer_types}
 * says.
 *
 * <p>Source: {@code transformers/models/ministral/modeling_ministral.py}.
 */
final class Ministral implements Decoder {
  @Override
  public String family() {
    return "Ministral";
  }

  @Override
  public String modelType() {
    return "ministral";
  }

  @Override
  public String tokenizerClass() {
    return "LlamaTokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "MinistralForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MinistralForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "MinistralModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 131072));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), RotaryEmbedding.of(config, s.e));
    Queries<T> full = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    Queries<T> local = Queries.all(f, f.mask(in.attended(), s.window), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> all = s.slides.test(i) ? local : full;
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, s.norm(w.at("norm"))); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, s.norm(w.at("input_layernorm"))); // [b, t, d]
    SelfAttention attention =
        SelfAttention.read(w.at("self_attn"), s.d, s.h, s.k, s.e, false, false);
    T attended = f.add(queries.of(x), attention.apply(f, normed, queries)); // [b, q, d]
    T again = f.rmsNorm(attended, s.norm(w.at("post_attention_layernorm")));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, again);
    return f.named(f.add(attended, fed), w.path());
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
      IntPredicate slides,
      Span window) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      int layers = c.size("num_hidden_layers");
      return new Sizes(
          c.size("vocab_size"),
          d,
          layers,
          h,
          c.size("num_key_value_heads", 8, h),
          c.size("head_dim", d / h),
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          LayerTypes.sliding(c, layers, i -> true),
          LayerTypes.window(c, 4096));
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon);
    }
  }
}
