package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.DistanceBias;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Scores;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Optional;

/**
 * T5's encoder and decoder: norms without means before each part, scores that are not scaled but
 * have a bias by bucketed distance.
 *
 * <p>Source: {@code T5Stack} of transformers.
 *
 * @param biases which layers have a bias of their own
 */
record T5Stack(
    int d,
    int h,
    int e,
    int f,
    double epsilon,
    Activation activation,
    boolean gated,
    DistanceBuckets buckets,
    Biases biases) {
  /** Which layers have a bias by distance of their own. */
  enum Biases {
    /** All others share it. */
    OF_THE_FIRST_LAYER,
    OF_EACH_LAYER
  }

  static T5Stack of(HfConfig c, String feedForward, Biases biases) {
    String kind = c.text("feed_forward_proj", feedForward);
    String[] words = kind.split("-", -1);
    if (words.length > 2 || (words.length == 2 && !words[0].equals("gated"))) {
      throw new InvalidCheckpointException(
          "feed_forward_proj is \"" + kind + "\", where \"relu\" or \"gated-gelu\" is of its form",
          c.where() + ", feed_forward_proj",
          "compare the key with the model's original config.json");
    }
    String usual = kind.equals("gated-gelu") ? "gelu_new" : words[words.length - 1];
    int near = c.size("relative_attention_num_buckets", 32);
    int far = c.size("relative_attention_max_distance", 128);
    return new T5Stack(
        c.size("d_model"),
        c.size("num_heads"),
        c.size("d_kv", 64),
        c.size("d_ff"),
        c.number("layer_norm_epsilon", 1e-6),
        Activation.of(c.text("dense_act_fn", usual), c.where() + ", dense_act_fn"),
        c.flag("is_gated_act", words.length == 2),
        DistanceBuckets.of(c, near, far),
        biases);
  }

  /**
   * The encoder: [b, t, d], or [b, 1, d] where {@code in.selection()} is present.
   *
   * @param x words, [b, t, d]
   */
  <T> T encoder(Layers<T> g, Weights w, Inputs<T> in, T x, int layers) {
    Queries<T> all = Queries.all(g, g.mask(in.attended(), Span.BIDIRECTIONAL));
    T bias = bias(g, w, in, 0, buckets);
    T state = x;
    for (int i = 0; i < layers; i++) {
      Queries<T> queries = i == layers - 1 ? all.reading(in.selection()) : all;
      Weights layer = w.at("block").at(i).at("layer");
      bias = i > 0 && biases == Biases.OF_EACH_LAYER ? bias(g, w, in, i, buckets) : bias;
      state = selfAttention(g, layer.at(0), state, queries, bias);
      state = g.named(feedForward(g, layer.at(1), state), w.at("block").at(i).path());
    }
    return norm(g, w.at("final_layer_norm"), state);
  }

  /**
   * The decoder, whose own tokens are not masked: [b, 1, d].
   *
   * @param x words, one token later, [b, t, d]
   * @param encoded what the encoder made, [b, t, d]
   */
  <T> T decoder(Layers<T> g, Weights w, Inputs<T> in, T x, T encoded, int layers) {
    T everyToken = g.affine(in.attended(), 0, 1);
    Queries<T> own = Queries.all(g, g.mask(everyToken, Span.CAUSAL));
    Queries<T> reading = Queries.all(g, g.mask(in.attended(), Span.BIDIRECTIONAL));
    T bias = bias(g, w, in, 0, buckets.causal());
    T state = x;
    for (int i = 0; i < layers; i++) {
      Optional<T> one = i == layers - 1 ? in.selection() : Optional.empty();
      Weights layer = w.at("block").at(i).at("layer");
      bias = i > 0 && biases == Biases.OF_EACH_LAYER ? bias(g, w, in, i, buckets.causal()) : bias;
      state = selfAttention(g, layer.at(0), state, own.reading(one), bias);
      T asking = norm(g, layer.at(1).at("layer_norm"), state); // [b, q, d]
      Queries<T> across = reading.reading(one);
      Scores<T> scores = across.scores(1);
      Weights a = layer.at(1).at("EncDecAttention");
      state = g.add(state, attention(g, a, asking, encoded, across, scores));
      state = g.named(feedForward(g, layer.at(2), state), w.at("block").at(i).path());
    }
    return norm(g, w.at("final_layer_norm"), state);
  }

  /** A layer's bias by distance, [b, h, t, t]. */
  private <T> T bias(Layers<T> g, Weights w, Inputs<T> in, int layer, DistanceBuckets by) {
    Weights module = w.at("block").at(layer).at("layer").at(0).at("SelfAttention");
    Embedding table = Embedding.read(module.at("relative_attention_bias"), by.buckets(), h);
    return DistanceBias.of(g, in.ids(), table, by::of);
  }

  private <T> T selfAttention(Layers<T> g, Weights w, T x, Queries<T> queries, T bias) {
    T normed = norm(g, w.at("layer_norm"), x); // [b, t, d]
    Scores<T> scores = queries.scores(1).withBias(bias);
    Weights a = w.at("SelfAttention");
    T mixed = attention(g, a, queries.of(normed), normed, queries, scores);
    return g.add(queries.of(x), mixed); // [b, q, d]
  }

  private <T> T attention(
      Layers<T> g, Weights w, T asking, T states, Queries<T> queries, Scores<T> scores) {
    T query = g.splitHeads(g.linear(asking, Linear.readWithoutBias(w.at("q"), d, h * e)), h);
    List<T> keyAndValue =
        g.linears(
            states,
            List.of(
                Linear.readWithoutBias(w.at("k"), d, h * e),
                Linear.readWithoutBias(w.at("v"), d, h * e)));
    T key = g.splitHeads(keyAndValue.get(0), h); // [b, h, t, e]
    T value = g.splitHeads(keyAndValue.get(1), h); // [b, h, t, e]
    T mixed = queries.attend(query, key, value, scores); // [b, h, q, e]
    return g.linear(g.mergeHeads(mixed), Linear.readWithoutBias(w.at("o"), h * e, d));
  }

  private <T> T feedForward(Layers<T> g, Weights w, T x) {
    Weights dense = w.at("DenseReluDense");
    T normed = norm(g, w.at("layer_norm"), x);
    Weights first = dense.at(gated ? "wi_0" : "wi");
    T inner = g.activation(g.linear(normed, Linear.readWithoutBias(first, d, f)), activation);
    if (gated) {
      T up = g.linear(normed, Linear.readWithoutBias(dense.at("wi_1"), d, f)); // [b, q, f]
      inner = g.multiply(inner, up);
    }
    return g.add(x, g.linear(inner, Linear.readWithoutBias(dense.at("wo"), f, d)));
  }

  private <T> T norm(Layers<T> g, Weights w, T x) {
    return g.rmsNorm(x, RmsNorm.read(w, d, epsilon));
  }
}
