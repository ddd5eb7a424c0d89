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
 * Helium: Llama whose neighbouring numbers of a head turn as pairs.
 *
 * <p>Source: {@code transformers/models/helium/modeling_helium.py}.
 */
final class Helium implements Decoder {
  @Override
  public String family() {
    return "Helium";
  }

  @Override
  public String modelType() {
    return "helium";
  }

  @Override
  public String tokenizerClass() {
    return "PreTrainedTokenizerFast";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "HeliumForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "HeliumForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "HeliumModel", Task.EMBEDDING);
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, 3);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 4096));
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
            .turningNeighbours(s.e);
    T attended = f.add(queries.of(x), attention.apply(f, normed, queries)); // [b, q, d]
    T again = f.rmsNorm(attended, s.norm(w.at("post_attention_layernorm")));
    T fed = GatedMlp.read(w.at("mlp"), s.d, s.f, s.mlpBias, s.activation).apply(f, again);
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
      boolean attentionBias,
      boolean mlpBias,
      RotaryEmbedding rope) {
    static Sizes of(HfConfig c) {
      int e = c.size("head_dim", 128);
      return new Sizes(
          c.size("vocab_size"),
          c.size("hidden_size"),
          c.size("num_hidden_layers"),
          c.size("num_attention_heads"),
          c.size("num_key_value_heads", 20),
          e,
          c.size("intermediate_size"),
          c.number("rms_norm_eps", 1e-8),
          Activation.of(c.text("hidden_act", "silu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", false),
          c.flag("mlp_bias", false),
          RotaryEmbedding.of(c, c.number("rope_theta", 1e5), e));
    }

    RmsNorm norm(Weights w) {
      return RmsNorm.read(w, d, epsilon);
    }
  }
}
