package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
import dev.litegraft.error.InvalidCheckpointException;
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
  public String modelType() {
    return "deberta-v2";
  }

  @Override
  public String tokenizerClass() {
    return "DebertaV2Tokenizer";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withEpsilon("layer_norm_eps").withOtherSizes("pooler_hidden_size");
  }

  @Override
  public ModuleNames moduleNames() {
    return ModuleNames.ENCODER
        .withHead(List.of("classifier"), List.of("pooler.dense"))
        .withAttention("attention", "query_proj", "key_proj", "value_proj");
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
  public boolean readsBeyond(HfConfig config) {
    return !config.flag("position_biased_input", true);
  }

  @Override
  public int tokenTypes(HfConfig config) {
    return config.integer("type_vocab_size", 0);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    BertStack.Sizes s = sizes(config);
    config.has("pooler_hidden_act"); // the classifier's
    Weights encoder = w.at("encoder");
    Optional<RelativePositions> relative = RelativePositions.of(config);
    T isToken = f.column(in.attended()); // [b, t, 1]
    T embedded = f.multiply(embeddings(f, config, s, w.at("embeddings"), in), isToken);
    double scale = 1 / Math.sqrt(s.e() * (double) RelativePositions.terms(config));
    Context<T> all =
        new Context<>(
            Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL)), // mask [b, 1, 1, t]
            relative.map(r -> DistanceEmbeddings.of(f, s, scale, r, encoder, in.ids())),
            f.splitHeads(isToken, 1)); // [b, 1, t, 1]
    Context<T> last = all.reading(in);
    Optional<TokenConvolution> beside =
        TokenConvolution.of(config, encoder.at("conv"), s.d(), s.epsilon());
    T x = embedded; // [b, t, d]
    for (int i = 0; i < s.layers(); i++) {
      boolean convolves = i == 0 && beside.isPresent(); // which needs every token
      Context<T> context = i == s.layers() - 1 && !convolves ? last : all;
      Weights layer = encoder.at("layer").at(i);
      T mixed = attention(f, s, layer.at("attention").at("self"), x, context, scale);
      x = BertStack.afterAttention(f, s, layer, context.queries.of(x), mixed);
      if (convolves) {
        x = beside.get().apply(f, embedded, x, f.positions(in.ids()), isToken);
      }
    }
    return last.queries.of(x); // [b, q, d]
  }

  private static <T> T embeddings(
      Layers<T> f, HfConfig config, BertStack.Sizes s, Weights w, Inputs<T> in) {
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
  private static <T> T attention(
      Layers<T> f, BertStack.Sizes s, Weights w, T x, Context<T> context, double scale) {
    Linear queries = Linear.read(w.at("query_proj"), s.d(), s.d()).times(scale);
    Linear keys = Linear.read(w.at("key_proj"), s.d(), s.d());
    Linear values = Linear.read(w.at("value_proj"), s.d(), s.d());
    List<T> qkv = context.queries.project(x, queries, keys, values);
    T query = f.splitHeads(qkv.get(0), s.h()); // [b, h, q, e]
    T key = f.splitHeads(qkv.get(1), s.h()); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h()); // [b, h, t, e]
    T content = f.matMul(query, key, true); // [b, h, q, t]
    T scores =
        context
            .distances
            .map(r -> f.add(content, r.scores(f, s, w, query, key, queries, keys)))
            .orElse(content);
    T seen = f.multiply(f.masked(scores, context.queries.mask()), context.isToken);
    T weights = f.softmax(seen); // [b, h, q, t]
    return f.mergeHeads(f.matMul(weights, value, false)); // [b, q, d]
  }

  @Override
  public <T> T classify(Layers<T> f, HfConfig config, Weights w, T first, int labels) {
    int d = width(config);
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
