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
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DistilBERT: BERT without token types, under names of its own.
 *
 * <p>Source: {@code transformers/models/distilbert/modeling_distilbert.py}.
 */
final class DistilBert implements Encoder {
  /** No key of the config says it. */
  private static final double EPSILON = 1e-12;

  @Override
  public String family() {
    return "DistilBERT";
  }

  @Override
  public String modelType() {
    return "distilbert";
  }

  @Override
  public String tokenizerClass() {
    return "DistilBertTokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL
        .withSizes("dim", "n_heads", "n_layers")
        .withFeedForward("hidden_dim")
        .withEpsilon()
        .withActivations("activation");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("pre_classifier"))
        .withAttention("attention", "q_lin", "k_lin", "v_lin")
        .withTables("word_embeddings", Optional.of("position_embeddings"), Optional.empty());
  }

  @Override
  public Optional<MaskedHead> maskedHead(HfConfig config) {
    return Optional.of(
        new MaskedHead(
            "vocab_transform",
            "vocab_layer_norm",
            "vocab_projector",
            List.of("vocab_projector.bias"),
            Activation.of(config.text("activation", "gelu"), config.where() + ", activation"),
            EPSILON));
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "DistilBertForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "DistilBertForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "DistilBertModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "distilbert";
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    Sizes s = Sizes.of(config);
    T x = embeddings(f, s, w.at("embeddings"), in); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, w.at("transformer").at("layer").at(i), x, queries);
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(Layers<T> f, Sizes s, Weights w, Inputs<T> in) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v, s.d));
    T position =
        f.embedding(
            f.positions(in.ids()), Embedding.read(w.at("position_embeddings"), s.positions, s.d));
    LayerNorm norm = LayerNorm.read(w.at("LayerNorm"), s.d, EPSILON);
    return f.named(f.layerNorm(f.add(word, position), norm), w.path());
  }

  private static <T> T layer(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    T mixed = attention(f, s, w.at("attention"), x, queries); // [b, q, d]
    T attended =
        f.layerNorm(
            f.add(mixed, queries.of(x)), LayerNorm.read(w.at("sa_layer_norm"), s.d, EPSILON));
    T inner = f.linear(attended, Linear.read(w.at("ffn").at("lin1"), s.d, s.f)); // [b, q, f]
    T outer =
        f.linear(f.activation(inner, s.activation), Linear.read(w.at("ffn").at("lin2"), s.f, s.d));
    LayerNorm norm = LayerNorm.read(w.at("output_layer_norm"), s.d, EPSILON);
    return f.named(f.layerNorm(f.add(outer, attended), norm), w.path());
  }

  private static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q_lin"), s.d, s.d),
            Linear.read(w.at("k_lin"), s.d, s.d),
            Linear.read(w.at("v_lin"), s.d, s.d));
    T query = f.splitHeads(qkv.get(0), s.h); // [b, h, q, e]
    T key = f.splitHeads(qkv.get(1), s.h); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h); // [b, h, t, e]
    double scale = 1 / Math.sqrt((double) s.d / s.h);
    T mixed = queries.attend(query, key, value, queries.scores(scale)); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("out_lin"), s.d, s.d));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    T dense = f.linear(first, Linear.read(w.at("pre_classifier"), d, d));
    T pooled = f.activation(dense, Activation.RELU); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }

  /** Everything that the config says, under the letters of the shapes. */
  private record Sizes(
      int v, int d, int layers, int h, int f, int positions, Activation activation) {
    static Sizes of(HfConfig c) {
      int d = c.size("dim");
      int h = c.size("n_heads");
      BertStack.requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("n_layers"),
          h,
          c.size("hidden_dim"),
          c.size("max_position_embeddings"),
          Activation.of(c.text("activation", "gelu"), c.where() + ", activation"));
    }
  }
}
