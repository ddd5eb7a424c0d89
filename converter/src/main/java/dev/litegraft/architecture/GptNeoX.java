package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * GPT-NeoX, and what has its shape: Pythia, Polyglot-Ko. Attention and feed-forward read the same
 * x.
 *
 * <p>Source: {@code transformers/models/gpt_neox/modeling_gpt_neox.py}; arXiv:2204.06745.
 */
final class GptNeoX implements Decoder {
  @Override
  public String family() {
    return "GPT-NeoX";
  }

  @Override
  public String modelType() {
    return "gpt_neox";
  }

  @Override
  public String tokenizerClass() {
    return "GPTNeoXTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withHead(List.of("score", "classifier"), List.of())
        .withAttention(
            "attention", "query_key_value.query", "query_key_value.key", "query_key_value.value")
        .withFused("query_key_value")
        .withTables("embed_in", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GPTNeoXForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GPTNeoXForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GPTNeoXModel", Task.EMBEDDING);
  }

  @Override
  public String languageHead() {
    return "embed_out";
  }

  @Override
  public String backbone() {
    return "gpt_neox";
  }

  @Override
  public String tokenHead() {
    return "classifier";
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = f.embedding(in.ids(), Embedding.read(w.at("embed_in"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), s.rope);
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("layers").at(i), x, queries);
    }
    return f.layerNorm(x, LayerNorm.read(w.at("final_layer_norm"), s.d, s.epsilon)); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T residual = queries.of(x); // [b, q, d]
    T normed = f.layerNorm(x, LayerNorm.read(w.at("input_layernorm"), s.d, s.epsilon));
    T mixed = attention(f, s, w.at("attention"), normed, queries); // [b, q, d]
    T attended = f.add(residual, mixed);
    T again =
        f.layerNorm(
            s.parallel ? residual : attended,
            LayerNorm.read(w.at("post_attention_layernorm"), s.d, s.epsilon));
    return f.named(f.add(attended, mlp(f, s, w.at("mlp"), again)), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    Linear fused = Linear.read(w.at("query_key_value"), s.d, 3 * s.d, s.attentionBias);
    List<T> qkv =
        queries.project(
            x,
            fused.rows(w.at("query_key_value").at("query").path(), s.rowsOf(0)),
            fused.rows(w.at("query_key_value").at("key").path(), s.rowsOf(1)),
            fused.rows(w.at("query_key_value").at("value").path(), s.rowsOf(2)));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h)); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.h)); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h); // [b, h, t, e]
    T mixed = queries.attend(query, key, value, queries.scores(1 / Math.sqrt(s.e))); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("dense"), s.d, s.d, s.attentionBias));
  }

  private static <T> T mlp(Layers<T> f, Sizes s, Weights w, T x) {
    T wide = f.linear(x, Linear.read(w.at("dense_h_to_4h"), s.d, s.f)); // [b, q, f]
    return f.linear(f.activation(wide, s.activation), Linear.read(w.at("dense_4h_to_h"), s.f, s.d));
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v,
      int d,
      int layers,
      int h,
      int e,
      int f,
      double epsilon,
      Activation activation,
      boolean attentionBias,
      boolean parallel,
      RotaryEmbedding rope) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      BertStack.requireHeads(c, d, h);
      int e = d / h;
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          e,
          c.size("intermediate_size"),
          c.number("layer_norm_eps", 1e-5),
          Activation.of(c.text("hidden_act", "gelu"), c.where() + ", hidden_act"),
          c.flag("attention_bias", true),
          c.flag("use_parallel_residual", true),
          RotaryEmbedding.of(c.withDefault("rotary_pct", 0.25), e));
    }

    /** Rows of query (0), key (1) or value (2) in the fused matrix [h, 3, e]. */
    int[] rowsOf(int part) {
      return IntStream.range(0, d).map(i -> (i / e * 3 + part) * e + i % e).toArray();
    }
  }
}
