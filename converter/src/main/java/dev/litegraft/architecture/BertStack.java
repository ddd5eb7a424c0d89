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
import java.util.stream.IntStream;

/**
 * The embeddings and the layers of BERT, under the names that the families after it kept.
 *
 * <p>Source: {@code transformers/models/bert/modeling_bert.py}, BertEmbeddings and BertEncoder.
 */
final class BertStack {
  private BertStack() {}

  /**
   * Words, token types and positions, summed and normalised: [b, t, d].
   *
   * @param w the module {@code embeddings}
   * @param positions rows of the table of positions, [b, t]
   * @param width of the tables
   */
  static <T> T embeddings(Layers<T> f, Sizes s, Weights w, Inputs<T> in, T positions, int width) {
    return embeddings(f, s, w, in, positions, width, Optional.empty());
  }

  /**
   * As above.
   *
   * @param more is added to every token's sum: [b, t, width], of which the first two may be 1
   */
  static <T> T embeddings(
      Layers<T> f, Sizes s, Weights w, Inputs<T> in, T positions, int width, Optional<T> more) {
    T own = sum(f, s, w, in, positions, width);
    T sum = more.map(m -> f.add(own, m)).orElse(own);
    return f.named(f.layerNorm(sum, LayerNorm.read(w.at("LayerNorm"), width, s.epsilon)), w.path());
  }

  /** Words, token types and positions, summed: [b, t, width]. Parameters as those above. */
  static <T> T sum(Layers<T> f, Sizes s, Weights w, Inputs<T> in, T positions, int width) {
    T word = f.embedding(in.ids(), Embedding.read(w.at("word_embeddings"), s.v, width));
    T type = tokenTypes(f, in, Embedding.read(w.at("token_type_embeddings"), s.types, width));
    Embedding places = Embedding.read(w.at("position_embeddings"), s.positions, width);
    T placed = f.add(word, type); // [b, t, width]
    return s.distances.isEmpty() ? f.add(placed, f.embedding(positions, places)) : placed;
  }

  /** The tokens' types; without them every token is of type 0: [b, t, width]. */
  static <T> T tokenTypes(Layers<T> f, Inputs<T> in, Embedding table) {
    return in.tokenTypes()
        .map(types -> f.embedding(types, table))
        .orElseGet(() -> f.embedding(f.affine(f.positions(in.ids()), 0, 0), table.rows(0, 1)));
  }

  /**
   * All layers: [b, t, d], or [b, 1, d] where {@code in.selection()} is present.
   *
   * @param w the module {@code encoder}
   */
  static <T> T layers(Layers<T> f, Sizes s, Weights w, T embedded, Inputs<T> in) {
    T x = embedded; // [b, t, d]
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers; i++) {
      Queries<T> queries = i == s.layers - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("layer").at(i);
      T mixed = attention(f, s, layer.at("attention").at("self"), x, queries, in); // [b, q, d]
      x = afterAttention(f, s, layer, queries.of(x), mixed);
    }
    return x;
  }

  /**
   * Attention, without its output projection: [b, q, d].
   *
   * @param w the module of the projections
   */
  static <T> T attention(Layers<T> f, Sizes s, Weights w, T x, Queries<T> queries, Inputs<T> in) {
    if (s.distances.isPresent()) {
      T all = f.mask(in.attended(), Span.BIDIRECTIONAL); // [b, 1, 1, t]
      return queries.of(s.distances.get().attention(f, s, w, x, in.ids(), all));
    }
    List<T> qkv =
        queries.project(
            x,
            Linear.read(w.at("query"), s.d, s.d),
            Linear.read(w.at("key"), s.d, s.d),
            Linear.read(w.at("value"), s.d, s.d));
    T query = queries.rotateQuery(f.splitHeads(qkv.get(0), s.h)); // [b, h, q, e]
    T key = queries.rotateKey(f.splitHeads(qkv.get(1), s.h)); // [b, h, t, e]
    T value = f.splitHeads(qkv.get(2), s.h); // [b, h, t, e]
    return f.mergeHeads(
        queries.attend(query, key, value, queries.scores(1 / Math.sqrt(s.e())))); // [b, q, d]
  }

  /**
   * What follows attention in a layer: its output projection, the feed-forward part, and a norm
   * after each sum.
   *
   * @param w the module {@code layer.i}
   * @param x what the layer took, [b, q, d]
   * @param mixed what attention made, [b, q, d]
   */
  static <T> T afterAttention(Layers<T> f, Sizes s, Weights w, T x, T mixed) {
    Weights dense = w.at("attention").at("output").at("dense");
    return afterProjection(f, s, w, x, f.linear(mixed, Linear.read(dense, s.d, s.d)));
  }

  /** As {@link #afterAttention}, behind attention's output projection: [b, q, d]. */
  static <T> T afterProjection(Layers<T> f, Sizes s, Weights w, T x, T projected) {
    Weights a = w.at("attention").at("output");
    T attended =
        f.layerNorm(f.add(projected, x), LayerNorm.read(a.at("LayerNorm"), s.d, s.epsilon));
    return feedForward(f, s, w, attended);
  }

  /**
   * The feed-forward part of a layer, and the norm after it.
   *
   * @param w the module {@code layer.i}
   * @param attended what the layer's attention part made, normalised, [b, q, d]
   */
  static <T> T feedForward(Layers<T> f, Sizes s, Weights w, T attended) {
    T inner = f.linear(attended, Linear.read(w.at("intermediate").at("dense"), s.d, s.f));
    T outer =
        f.linear(
            f.activation(inner, s.activation), Linear.read(w.at("output").at("dense"), s.f, s.d));
    LayerNorm norm = LayerNorm.read(w.at("output").at("LayerNorm"), s.d, s.epsilon);
    return f.named(f.layerNorm(f.add(outer, attended), norm), w.path()); // [b, q, d]
  }

  /** What the config says, under the letters of the shapes; {@code types} is 0 without a table. */
  record Sizes(
      int v,
      int d,
      int layers,
      int h,
      int f,
      int positions,
      int types,
      double epsilon,
      Activation activation,
      Optional<KeyDistances> distances) {
    static Sizes of(HfConfig c) {
      int d = c.size("hidden_size");
      int h = c.size("num_attention_heads");
      requireHeads(c, d, h);
      return new Sizes(
          c.size("vocab_size"),
          d,
          c.size("num_hidden_layers"),
          h,
          c.size("intermediate_size"),
          c.size("max_position_embeddings"),
          types(c),
          c.number("layer_norm_eps", 1e-12),
          activation(c, "gelu"),
          KeyDistances.of(c));
    }

    /** The same, with distances that are added to scores divided before. */
    Sizes withUnscaledDistances() {
      Optional<KeyDistances> own = distances.map(KeyDistances::unscaled);
      return new Sizes(v, d, layers, h, f, positions, types, epsilon, activation, own);
    }

    /** The activation of the feed-forward layers. */
    static Activation activation(HfConfig c, String absent) {
      return Activation.of(c.text("hidden_act", absent), c.where() + ", hidden_act");
    }

    /** Of a matrix with each head's rows of queries, keys and values in turn, those of a part. */
    int[] rowsOfHeads(int part) {
      int e = e();
      return IntStream.range(0, d).map(i -> i / e * 3 * e + part * e + i % e).toArray();
    }

    /** How many token types there are. */
    static int types(HfConfig c) {
      return c.integer("type_vocab_size", 2);
    }

    /** The width of a head. */
    int e() {
      return d / h;
    }
  }

  /** The width must be a multiple of the number of heads. */
  static void requireHeads(HfConfig c, int d, int h) {
    if (d % h != 0) {
      throw new InvalidCheckpointException(
          "the model width " + d + " is not a multiple of the number of attention heads " + h,
          c.where(),
          "compare both keys with the model's original config.json");
    }
  }
}
