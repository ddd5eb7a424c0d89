package dev.litegraft.architecture;

import dev.litegraft.checkpoint.HfConfig;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.error.InvalidInputException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Span;
import dev.litegraft.layer.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * DeBERTa-v2 and v3: attention scores of content with content, of content with relative positions
 * (c2p), and of relative positions with content (p2c).
 *
 * <p>A hidden query weighs all keys alike, hidden ones too: the first token of a text that is
 * padded on the left is such a query.
 *
 * <p>Source: {@code transformers/models/deberta_v2/modeling_deberta_v2.py}; He et al., <i>DeBERTa:
 * Decoding-enhanced BERT with Disentangled Attention</i>.
 */
final class DebertaV2 implements Encoder {
  @Override
  public String family() {
    return "DeBERTa-v2";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "DebertaV2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "DebertaV2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "DebertaV2Model", Task.EMBEDDING);
  }

  @Override
  public String backbone() {
    return "deberta";
  }

  @Override
  public boolean takesTokenTypes(HfConfig config) {
    return types(config) > 1;
  }

  private static int types(HfConfig config) {
    return config.integer("type_vocab_size", 0);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = sizes(config);
    Optional<RelativePositions> relative = RelativePositions.of(config);
    T isToken = f.column(in.attended()); // [b, t, 1]
    T x = f.multiply(embeddings(f, config, s, w.at("embeddings"), in), isToken); // [b, t, d]
    Context<T> context =
        new Context<>(
            relative.map(r -> distances(f, s, r, w.at("encoder"), in.ids())),
            f.mask(in.attended(), Span.BIDIRECTIONAL), // [b, 1, 1, t]
            f.splitHeads(isToken, 1)); // [b, 1, t, 1]
    for (int i = 0; i < s.layers(); i++) {
      Optional<T> one = i == s.layers() - 1 ? in.selection() : Optional.empty();
      Weights layer = w.at("encoder").at("layer").at(i);
      T mixed = attention(f, config, s, layer.at("attention").at("self"), x, context, one);
      x = BertStack.afterAttention(f, s, layer, picked(f, one, x), mixed);
    }
    return x; // [b, q, d]
  }

  private static <T> T embeddings(
      Layers<T> f, HfConfig config, BertStack.Sizes s, Weights w, Inputs<T> in) {
    int width = config.integer("embedding_size", s.d());
    T x = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v(), width));
    if (config.flag("position_biased_input", true)) {
      Weights table = w.at("position_embeddings");
      T positions = f.positions(in.ids());
      x = f.add(x, f.embedding(positions, Embedding.read(table, s.positions(), width)));
    }
    if (s.types() > 0) {
      Weights table = w.at("token_type_embeddings");
      x = f.add(x, BertStack.tokenTypes(f, in, Embedding.read(table, s.types(), width)));
    }
    if (width != s.d()) {
      x = f.linear(x, Linear.readWithoutBias(w.at("embed_proj"), width, s.d()));
    }
    LayerNorm norm = LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon());
    return f.named(f.layerNorm(x, norm), w.path()); // [b, t, d]
  }

  /** The embeddings of relative positions, one for each distance −t … t − 1 between tokens. */
  private static <T> Distances<T> distances(
      Layers<T> f, BertStack.Sizes s, RelativePositions relative, Weights w, T ids) {
    Embedding buckets = Embedding.read(w.at("rel_embeddings"), relative.rows(), s.d());
    Embedding rows = relative.byDistance(buckets);
    T ahead = f.relativePositions(ids); // [b, 2t]
    T ofKeys = f.embedding(f.affine(ahead, -1, relative.reach()), rows); // [b, 2t, d]
    T ofQueries = f.embedding(f.affine(ahead, 1, relative.reach()), rows); // [b, 2t, d]
    if (!relative.normed()) {
      return new Distances<>(relative, ofKeys, ofQueries);
    }
    LayerNorm norm = LayerNorm.read(w.at("LayerNorm"), s.d(), s.epsilon());
    return new Distances<>(relative, f.layerNorm(ofKeys, norm), f.layerNorm(ofQueries, norm));
  }

  private static <T> T attention(
      Layers<T> f,
      HfConfig config,
      BertStack.Sizes s,
      Weights w,
      T x,
      Context<T> context,
      Optional<T> one) {
    Linear queries = Linear.read(w.at("query_proj"), s.d(), s.d());
    Linear keys = Linear.read(w.at("key_proj"), s.d(), s.d());
    Linear values = Linear.read(w.at("value_proj"), s.d(), s.d());
    List<T> qkv = f.linears(x, List.of(queries, keys, values));
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, t, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    T content = f.matMul(query, key, true); // [b, h, t, t]
    T scores =
        context
            .distances
            .map(r -> f.add(content, r.scores(f, s, w, query, key, queries, keys)))
            .orElse(content);
    double scale = 1 / Math.sqrt(s.e() * (double) RelativePositions.terms(config));
    T seen = f.multiply(f.masked(f.scale(scores, scale), context.mask), context.isToken);
    T mixed = f.matMul(f.softmax(picked(f, one, seen)), value, false); // [b, h, q, e]
    return f.mergeHeads(mixed); // [b, q, d]
  }

  private static <T> T picked(Layers<T> f, Optional<T> one, T x) {
    return one.map(token -> f.pick(token, x)).orElse(x);
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
    String name = config.text("pooler_hidden_act", "gelu");
    Activation activation = Activation.of(name, config.where() + ", pooler_hidden_act");
    T dense = f.linear(first, Linear.read(w.at("pooler").at("dense"), d, d));
    return f.linear(f.activation(dense, activation), Linear.read(w.at("classifier"), d, labels));
  }

  private static BertStack.Sizes sizes(HfConfig c) {
    if (c.integer("conv_kernel_size", 0) > 0) {
      throw new InvalidInputException(
          "the model has a convolution beside its first layer (conv_kernel_size "
              + c.integer("conv_kernel_size")
              + "), which is not supported",
          c.where() + ", conv_kernel_size",
          "use a checkpoint without one, for example of the DeBERTa-v3 models");
    }
    int d = c.integer("hidden_size");
    int h = c.integer("num_attention_heads");
    BertStack.requireHeads(c, d, h);
    requireWidth(c, "attention_head_size", d / h);
    requireWidth(c, "pooler_hidden_size", d);
    return new BertStack.Sizes(
        c.integer("vocab_size"),
        d,
        c.integer("num_hidden_layers"),
        h,
        c.integer("intermediate_size"),
        c.integer("max_position_embeddings"),
        types(c),
        c.number("layer_norm_eps", 1e-7),
        Activation.of(c.text("hidden_act", "gelu"), c.where() + ", hidden_act"));
  }

  /** The original would fail too. */
  private static void requireWidth(HfConfig c, String key, int width) {
    if (c.integer(key, width) != width) {
      throw new InvalidInputException(
          key + " is " + c.integer(key) + ", where " + width + " is needed",
          c.where() + ", " + key,
          "compare the key with the model's original config.json");
    }
  }

  /**
   * What all layers share.
   *
   * @param mask [b, 1, 1, t]
   * @param isToken 1 for tokens, 0 for padding, [b, 1, t, 1]
   */
  private record Context<T>(Optional<Distances<T>> distances, T mask, T isToken) {}

  /**
   * Embeddings of relative positions.
   *
   * @param ofKeys row c: of a key c − t tokens ahead of its query, [b, 2t, d]
   * @param ofQueries row c: of a query c − t tokens ahead of its key, [b, 2t, d]
   */
  private record Distances<T>(RelativePositions relative, T ofKeys, T ofQueries) {
    /** [b, h, t, t], not yet scaled. */
    T scores(
        Layers<T> f, BertStack.Sizes s, Weights w, T query, T key, Linear queries, Linear keys) {
      boolean shared = relative.sharesProjections();
      Optional<T> positionKey = Optional.empty();
      if (relative.contentToPosition()) {
        Linear to = shared ? keys : Linear.read(w.at("pos_key_proj"), s.d(), s.d());
        positionKey = Optional.of(f.splitHeads(f.linear(ofKeys, to), s.h())); // [b, h, 2t, e]
      }
      Optional<T> positionQuery = Optional.empty();
      if (relative.positionToContent()) {
        Linear to = shared ? queries : Linear.read(w.at("pos_query_proj"), s.d(), s.d());
        positionQuery = Optional.of(f.splitHeads(f.linear(ofQueries, to), s.h())); // [b, h, 2t, e]
      }
      return f.relativeScores(query, key, positionKey, positionQuery);
    }
  }
}
