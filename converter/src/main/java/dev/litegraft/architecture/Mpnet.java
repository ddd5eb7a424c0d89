package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.DistanceBias;
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
import java.util.OptionalInt;

/**
 * MPNet: BERT without token types, with RoBERTa's positions, and a bias by bucketed distance that
 * all layers share.
 *
 * <p>Source: {@code transformers/models/mpnet/modeling_mpnet.py}; Song et al., <i>MPNet</i>,
 * arXiv:2004.09297.
 */
final class Mpnet implements Encoder {
  /** MPNetEncoder's own, whatever {@code relative_attention_num_buckets} says. */
  private static final int BUCKETS = 32;

  private static final int FARTHEST = 128;

  /** MPNetEmbeddings' own, whatever {@code pad_token_id} says. */
  private static final int PAD = 1;

  @Override
  public String family() {
    return "MPNet";
  }

  @Override
  public String modelType() {
    return "mpnet";
  }

  @Override
  public String tokenizerClass() {
    return "MPNetTokenizer";
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withDenseHead()
        .withAttention("attn", "q", "k", "v")
        .withTables("word_embeddings", Optional.of("position_embeddings"), Optional.empty());
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "MPNetForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MPNetForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "MPNetModel", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "mpnet";
  }

  @Override
  public OptionalInt padToken(HfConfig config) {
    return Architecture.padToken(config, PAD);
  }

  /** The first rows of the table of positions are never used. */
  @Override
  public int maxTokens(HfConfig config) {
    return config.size("max_position_embeddings") - PAD - 1;
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = BertStack.Sizes.of(config.withDefault("type_vocab_size", 0));
    Weights encoder = w.at("encoder");
    T x = embeddings(f, s, w.at("embeddings"), in.ids()); // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    int rows = config.size("relative_attention_num_buckets", BUCKETS);
    if (rows < BUCKETS) {
      throw new InvalidCheckpointException(
          "the table of distances has " + rows + " rows, where the class reads " + BUCKETS,
          config.where() + ", relative_attention_num_buckets",
          "compare the key with the model's original config.json");
    }
    Embedding table = Embedding.read(encoder.at("relative_attention_bias"), rows, s.h());
    DistanceBuckets buckets = DistanceBuckets.of(config, BUCKETS, FARTHEST);
    T bias = DistanceBias.of(f, in.ids(), table, buckets::of); // [b, h, t, t]
    for (int i = 0; i < s.layers(); i++) {
      Queries<T> queries = i == s.layers() - 1 ? all.reading(in.selection()) : all;
      x = layer(f, s, encoder.at("layer").at(i), x, queries, bias);
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(Layers<T> f, BertStack.Sizes s, Weights w, T ids) {
    T word = f.embedding(ids, Embedding.read(w.at("word_embeddings"), s.v(), s.d()));
    Embedding places = Embedding.read(w.at("position_embeddings"), s.positions(), s.d());
    T placed = f.add(word, f.embedding(Roberta.positions(f, ids, PAD), places));
    LayerNorm norm = LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon());
    return f.named(f.layerNorm(placed, norm), w.path()); // [b, t, d]
  }

  private static <T> T layer(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> queries, T bias) {
    Weights a = w.at("attention");
    T mixed = attention(f, s, a.at("attn"), x, queries, bias); // [b, q, d]
    LayerNorm norm = LayerNorm.read(a.at("LayerNorm"), s.d(), s.epsilon());
    return BertStack.feedForward(f, s, w, f.layerNorm(f.add(mixed, queries.of(x)), norm));
  }

  private static <T> T attention(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Queries<T> queries, T bias) {
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("q"), s.d(), s.d()),
            Linear.read(w.at("k"), s.d(), s.d()),
            Linear.read(w.at("v"), s.d(), s.d()));
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, q, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    T mixed =
        queries.attend(
            query, key, value, queries.scores(1 / Math.sqrt(s.e())).withBias(bias)); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("o"), s.d(), s.d()));
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    Weights head = w.at("classifier");
    int d = width(config);
    T dense = f.linear(first, Linear.read(head.at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(head.at("out_proj"), d, labels));
  }
}
