package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Norm;
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
    T words = f.embedding(in.ids(), Embedding.read(w.at("embed_in"), s.v, s.d)); // [b, t, d]
    Rope<T> rope = f.rope(f.positions(in.ids()), s.rope);
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)), rope);
    T x =
        new LayerStack<>(f, w.at("layers"), s.layers, in)
            .apply(words, all, layer -> block(s, layer));
    return s.norm(w.at("final_layer_norm")).apply(f, x); // [b, q, d]
  }

  private static Block block(Sizes s, Weights w) {
    return s.parallel
        ? new SideBySide(
            s.norm(w.at("input_layernorm")),
            attention(s, w.at("attention")),
            s.norm(w.at("post_attention_layernorm")),
            mlp(s, w.at("mlp")))
        : Block.PreNorm.read(w, s::norm, attention(s, w.at("attention")), mlp(s, w.at("mlp")));
  }

  /** Both halves read x, each through a norm of its own. */
  private record SideBySide(Norm first, Attention attention, Norm second, FeedForward feedForward)
      implements Block {
    @Override
    public <T> T apply(Layers<T> f, T x, Queries<T> queries) {
      T residual = queries.of(x); // [b, q, d]
      T attended = f.add(residual, attention.apply(f, first.apply(f, x), queries));
      return f.add(attended, feedForward.apply(f, second.apply(f, residual)));
    }
  }

  private static SelfAttention attention(Sizes s, Weights w) {
    Weights fused = w.at("query_key_value");
    return SelfAttention.ofFused(
        Linear.read(fused, s.d, 3 * s.d, s.attentionBias),
        fused,
        s::rowsOf,
        Linear.read(w.at("dense"), s.d, s.d, s.attentionBias),
        s.h);
  }

  private static Mlp mlp(Sizes s, Weights w) {
    return Mlp.read(w, "dense_h_to_4h", "dense_4h_to_h", s.d, s.f, true, s.activation);
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

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }

    /** Rows of query (0), key (1) or value (2) in the fused matrix [h, 3, e]. */
    int[] rowsOf(int part) {
      return IntStream.range(0, d).map(i -> (i / e * 3 + part) * e + i % e).toArray();
    }
  }
}
