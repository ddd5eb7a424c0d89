package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
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
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Gemma 2: a norm before and after each half of a layer, capped scores, every other layer with a
 * window. Logits are capped in the language model alone.
 *
 * <p>Source: {@code transformers/models/gemma2/modeling_gemma2.py}; Gemma 2, arXiv:2408.00118.
 */
final class Gemma2 implements Decoder {
  @Override
  public String family() {
    return "Gemma2";
  }

  @Override
  public List<String> logitKeys() {
    return List.of("final_logit_softcapping");
  }

  @Override
  public String modelType() {
    return "gemma2";
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
        "Gemma2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Gemma2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Gemma2Model", Task.EMBEDDING);
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
    T mixed = attention(f, s, w.at("self_attn"), normed, queries); // [b, q, d]
    T attended = f.add(queries.of(x), f.rmsNorm(mixed, s.norm(w.at("post_attention_layernorm"))));
    T again = f.rmsNorm(attended, s.norm(w.at("pre_feedforward_layernorm")));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, again);
    T normedFed = f.rmsNorm(fed, s.norm(w.at("post_feedforward_layernorm")));
    return f.named(f.add(attended, normedFed), w.path());
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
    T mixed =
        queries.attend(
            query, key, value, queries.scores(s.scale).withCap(s.softCap)); // [b, h, q, e]
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
      double softCap,
      IntPredicate slides,
      Span window) {
    static Sizes of(HfConfig c) {
      int layers = c.size("num_hidden_layers");
      c.has("final_logit_softcapping"); // the language model's
      c.has("hidden_act"); // transformers reads hidden_activation
      return new Sizes(
          c.size("vocab_size"),
          c.size("hidden_size"),
          layers,
          c.size("num_attention_heads"),
          c.size("num_key_value_heads", 4),
          c.size("head_dim", 256),
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          Activation.of(
              c.text("hidden_activation", "gelu_pytorch_tanh"), c.where() + ", hidden_activation"),
          c.flag("attention_bias", false),
          1 / Math.sqrt(c.number("query_pre_attn_scalar", 256)),
          c.number("attn_logit_softcapping", 50, 0),
          LayerTypes.sliding(c, layers, i -> i % 2 == 0),
          LayerTypes.window(c, 4096));
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon).withUnitOffset();
    }
  }
}
