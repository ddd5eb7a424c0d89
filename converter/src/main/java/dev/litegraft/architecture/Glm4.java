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
import java.util.Map;
import java.util.OptionalInt;

/**
 * GLM 4 (0414): gate and up in one matrix, a norm before and behind each half of a layer,
 * neighbouring numbers in half of each head turn as pairs.
 *
 * <p>Source: {@code transformers/models/glm4/modeling_glm4.py}.
 */
final class Glm4 implements Decoder {
  @Override
  public String family() {
    return "GLM 4";
  }

  @Override
  public String modelType() {
    return "glm4";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Glm4ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Glm4ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Glm4Model", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 151329);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 131072));
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
    return f.rmsNorm(x, s.norm(w.at("norm"))); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T normed = f.rmsNorm(x, s.norm(w.at("input_layernorm"))); // [b, t, d]
    SelfAttention attention =
        SelfAttention.read(w.at("self_attn"), s.d, s.h, s.k, s.e, s.attentionBias, false)
            .turningNeighbours(s.rope.width());
    T mixed =
        f.rmsNorm(attention.apply(f, normed, queries), s.norm(w.at("post_self_attn_layernorm")));
    T attended = f.add(queries.of(x), mixed); // [b, q, d]
    T again = f.rmsNorm(attended, s.norm(w.at("post_attention_layernorm")));
    T fed = GatedMlp.readFused(w.at("mlp"), s.d, s.f, s.activation).apply(f, again);
    return f.named(f.add(attended, f.rmsNorm(fed, s.norm(w.at("post_mlp_layernorm")))), w.path());
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
      RotaryEmbedding rope) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      int e = c.size("head_dim", 128);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          c.size("num_key_value_heads", 2),
          e,
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1.5625e-7),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", true),
          RotaryEmbedding.of(c.withDefault("partial_rotary_factor", 0.5), e));
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon);
    }
  }
}
