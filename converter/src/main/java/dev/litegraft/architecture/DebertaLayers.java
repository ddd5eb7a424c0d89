package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Optional;

/**
 * The layers that DeBERTa and DeBERTa-v2 share: attention scores of content with content, of
 * content with relative positions (c2p), and of relative positions with content (p2c).
 *
 * <p>A hidden query weighs all keys alike, hidden ones too: the first token of a text that is
 * padded on the left is such a query.
 *
 * <p>Source: He et al., <i>DeBERTa: Decoding-enhanced BERT with Disentangled Attention</i>,
 * arXiv:2006.03654.
 *
 * @param config the checkpoint's
 * @param s its sizes
 * @param relative who looks at distances; absent where nobody does
 * @param projections how a layer's are read
 */
record DebertaLayers(
    HfConfig config,
    BertStack.Sizes s,
    Optional<RelativePositions> relative,
    DebertaProjections.Reader projections) {
  /** The layers of a config; errors as the sizes' and the positions'. */
  static DebertaLayers of(
      HfConfig config,
      Optional<RelativePositions> relative,
      DebertaProjections.Reader projections) {
    config.has("pooler_hidden_act"); // the classifier's
    return new DebertaLayers(config, sizes(config), relative, projections);
  }

  /**
   * The last hidden states, of all tokens or of those that are read.
   *
   * @param w the backbone's tensors
   * @param beside what else the first layer has
   */
  <T> T hidden(Layers<T> f, Weights w, Inputs<T> in, Optional<TokenConvolution> beside) {
    Weights encoder = w.at("encoder");
    T isToken = f.column(in.attended()); // [b, t, 1]
    T embedded = f.multiply(embeddings(f, w.at("embeddings"), in), isToken);
    double scale = 1 / Math.sqrt(s.e() * (double) RelativePositions.terms(config));
    Context<T> all =
        new Context<>(
            Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL)), // mask [b, 1, 1, t]
            relative.map(r -> DistanceEmbeddings.of(f, s, r, encoder, in.ids())),
            f.splitHeads(isToken, 1)); // [b, 1, t, 1]
    Context<T> last = all.reading(in);
    T x = embedded; // [b, t, d]
    for (int i = 0; i < s.layers(); i++) {
      boolean convolves = i == 0 && beside.isPresent(); // which needs every token
      Context<T> context = i == s.layers() - 1 && !convolves ? last : all;
      Weights layer = encoder.at("layer").at(i);
      T mixed = attention(f, layer.at("attention").at("self"), x, context, scale);
      x = BertStack.afterAttention(f, s, layer, context.queries.of(x), mixed);
      if (convolves) {
        x = beside.get().apply(f, embedded, x, f.positions(in.ids()), isToken);
      }
    }
    return last.queries.of(x); // [b, q, d]
  }

  private <T> T embeddings(Layers<T> f, Weights w, Inputs<T> in) {
    int width = config.size("embedding_size", s.d());
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

  /** Scores are scaled as they are made: each is a sum of products with something of queries. */
  private <T> T attention(Layers<T> f, Weights w, T x, Context<T> context, double scale) {
    DebertaProjections to = projections.of(s, w).scaled(scale);
    List<T> qkv = context.queries.project(x, to.query(), to.key(), to.value());
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, q, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    T content = f.matMul(query, key, true); // [b, h, q, t]
    T scores =
        context.distances.map(r -> f.add(content, r.scores(f, s, query, key, to))).orElse(content);
    T seen = f.multiply(f.masked(scores, context.queries.mask()), context.isToken);
    T weights = f.softmax(seen); // [b, h, q, t]
    return f.mergeHeads(f.matMul(weights, value, false)); // [b, q, d]
  }

  /**
   * The head of both: {@code pooler.dense}, the activation that the config names, and {@code
   * classifier}.
   */
  static <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int d, int labels) {
    requireWidth(config, "pooler_hidden_size", d);
    String name = config.text("pooler_hidden_act", "gelu");
    Activation activation = Activation.of(name, config.where() + ", pooler_hidden_act");
    T dense = f.linear(first, Linear.read(w.at("pooler").at("dense"), d, d));
    return f.linear(f.activation(dense, activation), Linear.read(w.at("classifier"), d, labels));
  }

  private static BertStack.Sizes sizes(HfConfig c) {
    BertStack.Sizes s =
        BertStack.Sizes.of(c.withDefault("type_vocab_size", 0).withDefault("layer_norm_eps", 1e-7));
    requireWidth(c, "attention_head_size", s.e());
    return s;
  }

  /** The original would fail too. */
  private static void requireWidth(HfConfig c, String key, int width) {
    if (c.integer(key, width) != width) {
      throw new InvalidCheckpointException(
          key + " is " + c.integer(key) + ", where " + width + " is needed",
          c.where() + ", " + key,
          "compare the key with the model's original config.json");
    }
  }

  /**
   * What all layers share.
   *
   * @param isToken 1 for a query that is a token, 0 for padding, [b, 1, q, 1]
   */
  private record Context<T>(
      Queries<T> queries, Optional<DistanceEmbeddings<T>> distances, T isToken) {
    /** Of the token alone that the head reads, where there is one. */
    Context<T> reading(Inputs<T> in) {
      Layers<T> f = queries.f();
      return in.selection()
          .map(
              one ->
                  new Context<>(
                      queries.reading(in.selection()),
                      distances.map(d -> d.from(f, in.ids(), one)),
                      f.pick(one, isToken)))
          .orElse(this);
    }
  }
}
