package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
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
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Gemma 3's text model, and EmbeddingGemma: Gemma 2 with norms over query and key heads instead of
 * caps, five layers with a window and a rotary base of their own for each one without.
 *
 * <p>Source: {@code transformers/models/gemma3/modeling_gemma3.py}; Gemma 3, arXiv:2503.19786.
 */
final class Gemma3 implements Decoder {
  @Override
  public String family() {
    return "Gemma3";
  }

  @Override
  public List<String> logitKeys() {
    return List.of("final_logit_softcapping");
  }

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public String tokenizerClass() {
    return "GemmaTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withActivations("hidden_activation");
  }

  @Override
  public double embeddingScale(HfConfig config) {
    return Math.sqrt(width(config));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Gemma3TextForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Gemma3TextModel", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 0);
  }

  @Override
  public boolean answersQuestions() {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T embedded = f.embedding(in.ids(), Embedding.read(w.at("embed_tokens"), s.v, s.d)); // [b, t, d]
    T x = f.scale(embedded, (float) embeddingScale(config)); // transformers rounds it to f32
    Rope<T> globalRope = f.rope(f.positions(in.ids()), s.globalRope);
    Rope<T> localRope = f.rope(f.positions(in.ids()), s.localRope);
    Queries<T> full = Queries.all(f, f.mask(in.attended(), s.span), globalRope);
    Queries<T> local = Queries.all(f, f.mask(in.attended(), s.window), localRope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> all = s.slides.test(i) ? local : full;
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, s.norm(w.at("norm"), s.d)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, s.norm(w.at("input_layernorm"), s.d)); // [b, t, d]
    T mixed = attention(f, s, w.at("self_attn"), normed, queries); // [b, q, d]
    T attended =
        f.add(queries.of(x), f.rmsNorm(mixed, s.norm(w.at("post_attention_layernorm"), s.d)));
    T again = f.rmsNorm(attended, s.norm(w.at("pre_feedforward_layernorm"), s.d));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, again);
    T normedFed = f.rmsNorm(fed, s.norm(w.at("post_feedforward_layernorm"), s.d));
    return f.named(f.add(attended, normedFed), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q_proj"), s.d, s.h * s.e, s.attentionBias),
            Linear.read(w.at("k_proj"), s.d, s.k * s.e, s.attentionBias),
            Linear.read(w.at("v_proj"), s.d, s.k * s.e, s.attentionBias));
    T query = f.rmsNorm(f.splitHeads(qkv.get(0), s.h), s.norm(w.at("q_norm"), s.e)); // [b, h, q, e]
    T key = f.rmsNorm(f.splitHeads(qkv.get(1), s.k), s.norm(w.at("k_norm"), s.e)); // [b, k, t, e]
    T value = f.splitHeads(qkv.get(2), s.k); // [b, k, t, e]
    T mixed =
        queries.attend(
            queries.rotateQuery(query),
            queries.rotateKey(key),
            value,
            queries.scores(s.scale)); // [b, h, q, e]
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
      double scale,
      RotaryEmbedding globalRope,
      RotaryEmbedding localRope,
      IntPredicate slides,
      Span span,
      Span window) {
    static Sizes of(HfConfig c) {
      int layers = c.size("num_hidden_layers");
      int e = c.size("head_dim", 256);
      int pattern = c.size("_sliding_window_pattern", c.size("sliding_window_pattern", 6));
      boolean bothWays = c.flag("use_bidirectional_attention", false);
      c.has("final_logit_softcapping"); // the language model's
      if (c.has("attn_logit_softcapping")) {
        throw new InvalidCheckpointException(
            "attn_logit_softcapping is "
                + c.number("attn_logit_softcapping")
                + ", which Gemma 3 has no use for",
            c.where() + ", attn_logit_softcapping",
            "in a copy of the folder, set it to null: transformers' Gemma3Attention does not read it");
      }
      return new Sizes(
          c.size("vocab_size"),
          c.size("hidden_size"),
          layers,
          c.size("num_attention_heads"),
          c.size("num_key_value_heads", 4),
          e,
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          Activation.of(
              c.text("hidden_activation", "gelu_pytorch_tanh"), c.where() + ", hidden_activation"),
          c.flag("attention_bias", false),
          1 / Math.sqrt(c.number("query_pre_attn_scalar", 256)),
          globalRope(c, e),
          localRope(c, e),
          LayerTypes.sliding(c, layers, i -> (i + 1) % pattern != 0),
          bothWays ? Span.BIDIRECTIONAL : LayerTypes.full(c),
          bothWays ? Span.within(halfWindow(c)) : LayerTypes.window(c, 4096));
    }

    /**
     * Read both ways, the window is its width in all, half of it to each side. The class keeps half
     * of it and one more, a bound that {@code is_causal: false} includes.
     */
    private static int halfWindow(HfConfig c) {
      int half = LayerTypes.windowWidth(c, 4096) / 2;
      return LayerTypes.isCausal(c) ? half : half + 1;
    }

    private static RotaryEmbedding globalRope(HfConfig c, int e) {
      return LayerTypes.rope(c, "full_attention", 1e6, e)
          .orElseGet(() -> RotaryEmbedding.of(c, c.number("rope_theta", 1e6), e));
    }

    /** Local positions have a base of their own and no scaling. */
    private static RotaryEmbedding localRope(HfConfig c, int e) {
      return LayerTypes.rope(c, "sliding_attention", 1e4, e)
          .orElseGet(() -> RotaryEmbedding.plain(c.number("rope_local_base_freq", 1e4), e));
    }

    RmsNorm norm(Weights w, int width) {
      return RmsNorm.read(w, width, epsilon).withUnitOffset();
    }
  }
}
