package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Alibi;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.Queries;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * BLOOM: ALiBi instead of positions, and a norm of the embeddings.
 *
 * <p>Source: {@code transformers/models/bloom/modeling_bloom.py}; arXiv:2211.05100.
 */
final class Bloom implements Decoder {
  @Override
  public String family() {
    return "BLOOM";
  }

  @Override
  public String modelType() {
    return "bloom";
  }

  @Override
  public String tokenizerClass() {
    return "BloomTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("hidden_size", "n_head", "n_layer")
        .withFeedForward("n_inner")
        .withEpsilon("layer_norm_epsilon")
        .withActivations()
        .withOtherSizes("n_embed", "seq_length");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.DECODER
        .withHead(List.of("score", "classifier"), List.of())
        .withAttention(
            "self_attention",
            "query_key_value.query",
            "query_key_value.key",
            "query_key_value.value")
        .withFused("query_key_value")
        .withTables("word_embeddings", Optional.empty(), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "BloomForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "BloomForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "BloomModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "transformer";
  }

  @Override
  public String tokenHead() {
    return "classifier";
  }

  /** {@code n_embed} is what the first configs call it; the class takes it before the other. */
  @Override
  public int width(HfConfig config) {
    return config.has("n_embed") ? config.size("n_embed") : config.size("hidden_size", 64);
  }

  /** ALiBi reads texts of any length. */
  @Override
  public int maxTokens(HfConfig config) {
    return Integer.MAX_VALUE;
  }

  @Override
  public boolean readsTheLength(HfConfig config) {
    return false;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config, width(config));
    T words = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v, s.d));
    T x = f.layerNorm(words, s.norm(w.at("word_embeddings_layernorm"))); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), LayerTypes.full(config)));
    T bias = Alibi.ofKeys(f, in.ids(), in.attended(), s.h, "alibi", x32 -> x32); // [b, h, 1, t]
    T last =
        new LayerStack<>(f, w.at("h"), s.layers, in)
            .apply(x, all, (own, y, queries) -> layer(f, s, own, y, queries, bias));
    return s.norm(w.at("ln_f")).apply(f, last); // [b, q, d]
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries, T bias) {
    T normed = f.layerNorm(x, s.norm(w.at("input_layernorm"))); // [b, t, d]
    T mixed = attention(f, s, w.at("self_attention"), normed, queries, bias); // [b, q, d]
    T attended = f.add(mixed, queries.of(s.normedResidual ? normed : x));
    T again = f.layerNorm(attended, s.norm(w.at("post_attention_layernorm")));
    Weights m = w.at("mlp");
    Linear wide = Linear.read(m.at("dense_h_to_4h"), s.d, 4 * s.d);
    Mlp mlp = new Mlp(wide, s.out(m.at("dense_4h_to_h"), 4 * s.d), Activation.GELU_TANH);
    return f.add(mlp.apply(f, again), s.normedResidual ? again : attended);
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries, T bias) {
    Weights fused = w.at("query_key_value");
    SelfAttention a =
        SelfAttention.ofFused(
            Linear.read(fused, s.d, 3 * s.d), fused, s::rowsOf, s.out(w.at("dense"), s.d), s.h);
    return a.apply(f, x, queries, a.scores(queries).withBias(bias));
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v, int d, int layers, int h, double epsilon, boolean normedResidual, boolean inSlices) {
    static Sizes of(HfConfig c, int d) {
      int h = c.has("n_head") ? c.size("n_head") : c.size("num_attention_heads", 8);
      BertStack.requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.has("n_layer") ? c.size("n_layer") : c.size("num_hidden_layers", 2),
          h,
          c.number("layer_norm_epsilon", 1e-5),
          c.flag("apply_residual_connection_post_layernorm", false),
          c.integer("pretraining_tp", 1) > 1 && c.flag("slow_but_exact", false));
    }

    /** Back to the model's width; where the original sums slices, it leaves the bias out. */
    Linear out(Weights w, int in) {
      if (inSlices) {
        Heads.unread(w, "bias", d);
      }
      return Linear.read(w, in, d, !inSlices);
    }

    /** Of each head the rows of its queries, its keys and its values follow each other. */
    int[] rowsOf(int part) {
      int e = d / h;
      return IntStream.range(0, d).map(i -> i / e * 3 * e + part * e + i % e).toArray();
    }

    LayerNorm norm(Weights w) {
      return LayerNorm.read(w, d, epsilon);
    }
  }
}
