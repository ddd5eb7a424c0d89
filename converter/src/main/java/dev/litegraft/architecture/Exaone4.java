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
 * EXAONE 4: OLMo 2's norms behind each half of a layer, norms over query and key heads, and layers
 * with a window, the only ones that turn where there are any.
 *
 * <p>Source: {@code transformers/models/exaone4/modeling_exaone4.py}; arXiv:2507.11407.
 */
final class Exaone4 implements Decoder {
  @Override
  public String family() {
    return "EXAONE 4";
  }

  @Override
  public String modelType() {
    return "exaone4";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Exaone4ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Exaone4ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Exaone4Model", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 2048));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), s.rope);
    T causal = f.mask(in.attended(), LayerTypes.full(config)); // [b, 1, t, t]
    T near = f.mask(in.attended(), s.window); // [b, 1, t, t]
    Queries<T> local = Queries.all(f, near, rope);
    Queries<T> full = s.alwaysTurns ? Queries.all(f, causal, rope) : Queries.all(f, causal);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> all = s.slides.test(i) ? local : full;
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, s.norm(w.at("norm"), s.d)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    Weights a = w.at("self_attn");
    RmsNorm ofQueries = s.norm(a.at("q_norm"), s.e);
    RmsNorm ofKeys = s.norm(a.at("k_norm"), s.e);
    T mixed =
        SelfAttention.read(a, s.d, s.h, s.k, s.e, false, false)
            .apply(f, x, queries, q -> f.rmsNorm(q, ofQueries), k -> f.rmsNorm(k, ofKeys));
    T attended =
        f.add(queries.of(x), f.rmsNorm(mixed, s.norm(w.at("post_attention_layernorm"), s.d)));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, attended);
    T normed = f.rmsNorm(fed, s.norm(w.at("post_feedforward_layernorm"), s.d));
    return f.named(f.add(attended, normed), w.path());
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
      boolean alwaysTurns,
      RotaryEmbedding rope,
      IntPredicate slides,
      Span window) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      int e = c.size("head_dim", d / h);
      int layers = c.size("num_hidden_layers");
      boolean noWindow = c.isNull("sliding_window");
      return new Sizes(
          c.size("vocab_size"),
          d,
          layers,
          h,
          c.size("num_key_value_heads", 32),
          e,
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-5),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          noWindow,
          RotaryEmbedding.of(c, e),
          slides(c, layers, noWindow),
          LayerTypes.window(c, 4096));
    }

    /** {@code sliding_window_pattern} may be "LLLG", which only {@code layer_types} explains. */
    private static IntPredicate slides(HfConfig c, int layers, boolean noWindow) {
      c.has("sliding_window_pattern");
      boolean named = !c.texts("layer_types").isEmpty();
      int pattern = named || noWindow ? 1 : c.size("sliding_window_pattern", 4);
      return LayerTypes.sliding(c, layers, i -> (i + 1) % pattern != 0);
    }

    RmsNorm norm(Weights w, int width) {
      return RmsNorm.read(w, width, epsilon);
    }
  }
}
