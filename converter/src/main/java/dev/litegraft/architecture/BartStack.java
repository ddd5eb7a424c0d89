package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.ModuleNames;
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
 * The parts that BART and mBART are put together of; where their norms stand is each family's.
 *
 * <p>Source: {@code transformers/models/bart/modeling_bart.py} and {@code mbart/modeling_mbart.py}.
 */
final class BartStack {
  static final double EPSILON = 1e-5;

  /** The first rows of the tables of positions are never used. */
  private static final int OFFSET = 2;

  static final ConfigNames CONFIG =
      ConfigNames.USUAL
          .withSizes("d_model", "encoder_attention_heads", "encoder_layers")
          .withFeedForward("encoder_ffn_dim")
          .withEpsilon()
          .withActivations("activation_function")
          .withInitializerRange("init_std");

  static final ModuleNames MODULES =
      ModuleNames.DECODER
          .withHead(List.of("classification_head.out_proj"), List.of("classification_head.dense"))
          .withFurtherAttention("encoder_attn")
          .withTables("shared", Optional.of("embed_positions"), Optional.empty());

  private BartStack() {}

  /** Where the norms of a layer stand. */
  interface Layer {
    /**
     * A layer of the encoder or the decoder: [b, t, d] to [b, q, d].
     *
     * @param w the layer's module
     * @param queries of its own tokens
     * @param across the encoder's states and the queries that read them; absent in the encoder
     */
    <T> T apply(
        Layers<T> f, Stack s, Weights w, T x, Queries<T> queries, Optional<Across<T>> across);
  }

  /** What a decoder's layer reads of the encoder. */
  record Across<T>(T states, Queries<T> queries) {}

  /**
   * The table of words of a part, {@code encoder} or {@code decoder}. Only version 5 saves one for
   * each, where they are not tied; before, both had the same whatever the key said.
   */
  private static Embedding table(HfConfig config, Weights w, String part) {
    Weights own = w.at(sharesWords(config, w) ? "encoder" : part).at("embed_tokens");
    Weights table = sharesWords(config, w) && !w.at("shared").isEmpty() ? w.at("shared") : own;
    return Embedding.read(table, config.size("vocab_size"), config.size("d_model"));
  }

  /** Words as a part reads them, [b, t, d]. */
  static <T> T words(Layers<T> f, HfConfig config, Weights w, String part, T index, double scale) {
    return f.scale(f.embedding(index, table(config, w, part)), scale);
  }

  /** Whether encoder and decoder look their words up in one table. */
  static boolean sharesWords(HfConfig config, Weights w) {
    return config.flag("tie_word_embeddings", true) || w.at("decoder").at("embed_tokens").isEmpty();
  }

  /** Words and positions, normalised: [b, t, d]. */
  static <T> T embeddings(Layers<T> f, Stack s, Weights w, Inputs<T> in, T words) {
    Embedding places = Embedding.read(w.at("embed_positions"), s.positions + OFFSET, s.d);
    T position = f.affine(f.positions(in.ids()), 1, OFFSET);
    LayerNorm norm = LayerNorm.read(w.at("layernorm_embedding"), s.d, EPSILON);
    return f.layerNorm(f.add(words, f.embedding(position, places)), norm);
  }

  /** The encoder's layers: [b, t, d]. */
  static <T> T encoder(Layers<T> f, Stack s, Weights w, Inputs<T> in, T embedded, Layer layer) {
    T x = embedded;
    Queries<T> all = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers; i++) {
      Weights own = w.at("layers").at(i);
      x = f.named(layer.apply(f, s, own, x, all, Optional.empty()), own.path());
    }
    return x;
  }

  /**
   * The decoder's layers: [b, t, d], or [b, 1, d] where {@code in.selection()} is present. Its own
   * tokens are not masked.
   */
  static <T> T decoder(
      Layers<T> f, Stack s, Weights w, Inputs<T> in, T embedded, T encoded, Layer layer) {
    T x = embedded;
    T everyToken = f.affine(in.attended(), 0, 1);
    Queries<T> own = Queries.all(f, f.mask(everyToken, Span.CAUSAL));
    Queries<T> reading = Queries.all(f, f.mask(in.attended(), Span.BIDIRECTIONAL));
    for (int i = 0; i < s.layers; i++) {
      Optional<T> one = i == s.layers - 1 ? in.selection() : Optional.empty();
      Weights module = w.at("layers").at(i);
      Across<T> across = new Across<>(encoded, reading.reading(one));
      x = layer.apply(f, s, module, x, own.reading(one), Optional.of(across));
      x = f.named(x, module.path());
    }
    return x;
  }

  /**
   * Attention and its output projection: [b, q, d].
   *
   * @param w the module of the projections
   * @param asking what queries are made of: [b, q, d]
   * @param states what keys and values are made of: [b, t, d]
   */
  static <T> T attention(Layers<T> f, Stack s, Weights w, T asking, T states, Queries<T> queries) {
    T query = f.splitHeads(f.linear(asking, Linear.read(w.at("q_proj"), s.d, s.d)), s.h);
    List<T> keyAndValue =
        f.linears(
            states,
            List.of(Linear.read(w.at("k_proj"), s.d, s.d), Linear.read(w.at("v_proj"), s.d, s.d)));
    T key = f.splitHeads(keyAndValue.get(0), s.h); // [b, h, t, e]
    T value = f.splitHeads(keyAndValue.get(1), s.h); // [b, h, t, e]
    double scale = 1 / Math.sqrt((double) s.d / s.h);
    T mixed = queries.attend(query, key, value, queries.scores(scale)); // [b, h, q, e]
    return f.linear(f.mergeHeads(mixed), Linear.read(w.at("out_proj"), s.d, s.d));
  }

  /** The feed-forward part, without its norm: [b, q, d]. */
  static <T> T feedForward(Layers<T> f, Stack s, Weights w, T x) {
    T inner = f.activation(f.linear(x, Linear.read(w.at("fc1"), s.d, s.f)), s.activation);
    return f.linear(inner, Linear.read(w.at("fc2"), s.f, s.d));
  }

  static <T> T norm(Layers<T> f, Stack s, Weights w, T x) {
    return f.layerNorm(x, LayerNorm.read(w, s.d, EPSILON));
  }

  /**
   * What the config says of the encoder, or of the decoder.
   *
   * @param part {@code encoder} or {@code decoder}
   */
  static Stack stack(HfConfig c, String part) {
    int d = c.size("d_model");
    int h = c.size(part + "_attention_heads", 16);
    BertStack.requireHeads(c, d, h);
    return new Stack(
        d,
        h,
        c.size(part + "_layers", 12),
        c.size(part + "_ffn_dim", 4096),
        c.size("max_position_embeddings", 1024),
        Activation.of(c.text("activation_function", "gelu"), c.where() + ", activation_function"));
  }

  /** One of the two parts, under the letters of the shapes. */
  record Stack(int d, int h, int layers, int f, int positions, Activation activation) {}
}
