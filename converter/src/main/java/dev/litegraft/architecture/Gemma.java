package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
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
import java.util.OptionalInt;

/**
 * Gemma: norms that multiply by 1 + weight, scaled embeddings, heads as wide as the config likes.
 *
 * <p>Source: {@code transformers/models/gemma/modeling_gemma.py}; Gemma, arXiv:2403.08295.
 */
final class Gemma implements Decoder {
  @Override
  public String family() {
    return "Gemma";
  }

  @Override
  public String modelType() {
    return "gemma";
  }

  @Override
  public String tokenizerClass() {
    return "GemmaTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withActivations("hidden_act", "hidden_activation");
  }

  @Override
  public double embeddingScale(HfConfig config) {
    return Math.sqrt(width(config));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GemmaForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GemmaForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GemmaModel", Task.EMBEDDING);
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
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.rmsNorm(x, s.norm(w.at("norm"))); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, s.norm(w.at("input_layernorm"))); // [b, t, d]
    T attended =
        f.add(queries.of(x), attention(f, s, w.at("self_attn"), normed, queries)); // [b, q, d]
    T again = f.rmsNorm(attended, s.norm(w.at("post_attention_layernorm")));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, false, s.activation).apply(f, again);
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
      boolean attentionBias) {
    static Sizes of(HfConfig c) {
      return new Sizes(
          c.size("vocab_size"),
          c.size("hidden_size"),
          c.size("num_hidden_layers"),
          c.size("num_attention_heads"),
          c.size("num_key_value_heads", 16),
          c.size("head_dim", 256),
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-6),
          activation(c),
          c.flag("attention_bias", false));
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon).withUnitOffset();
    }

    /**
     * {@code hidden_act}; before 4.48 transformers ignored it, since Gemma's first config.json said
     * gelu and meant its tanh form, and read {@code hidden_activation}.
     */
    private static Activation activation(HfConfig c) {
      String older = c.text("hidden_activation", "gelu_pytorch_tanh");
      String newer = c.text("hidden_act", "gelu_pytorch_tanh");
      return SavedBy.UNKNOWN.orOf(c).transformersBefore(4, 48)
          ? Activation.of(older, c.where() + ", hidden_activation")
          : Activation.of(newer, c.where() + ", hidden_act");
    }
  }
}
