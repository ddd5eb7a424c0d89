package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;

/**
 * What a MobileBERT's config says, under the letters of the shapes.
 *
 * @param width of the table of words
 * @param n the width inside of a layer
 * @param feedForwards how many feed-forward parts a layer has
 * @param epsilon of the norms that are LayerNorm
 */
record MobileBertSizes(
    int v,
    int width,
    int d,
    int n,
    int layers,
    int h,
    int f,
    int positions,
    int types,
    int feedForwards,
    double epsilon,
    Activation activation,
    boolean readsNeighbours,
    boolean hasBottleneck,
    boolean attendsWithinBottleneck,
    boolean sharesBottleneck,
    boolean onlyScales) {
  static MobileBertSizes of(HfConfig c) {
    int d = c.size("hidden_size");
    boolean bottleneck = c.flag("use_bottleneck", true);
    int narrow = c.size("intra_bottleneck_size", 128);
    c.has("true_hidden_size"); // what the other two say
    int n = bottleneck ? narrow : d;
    int h = c.size("num_attention_heads");
    BertStack.requireHeads(c, n, h);
    boolean within = c.flag("use_bottleneck_attention", false);
    boolean shares = c.flag("key_query_shared_bottleneck", true);
    if (bottleneck && !within && !shares && n != d) {
      throw new InvalidCheckpointException(
          "key_query_shared_bottleneck and use_bottleneck_attention are false, and queries are "
              + n
              + " wide, not "
              + d,
          c.where() + ", key_query_shared_bottleneck",
          "compare the keys with the model's original config.json");
    }
    return new MobileBertSizes(
        c.size("vocab_size"),
        c.size("embedding_size", 128),
        d,
        n,
        c.size("num_hidden_layers"),
        h,
        c.size("intermediate_size"),
        c.size("max_position_embeddings"),
        BertStack.Sizes.types(c),
        c.size("num_feedforward_networks", 4),
        c.number("layer_norm_eps", 1e-12),
        BertStack.Sizes.activation(c, "relu"),
        c.flag("trigram_input", true),
        bottleneck,
        within,
        shares,
        onlyScales(c));
  }

  private static boolean onlyScales(HfConfig c) {
    String type = c.text("normalization_type", "no_norm");
    if (!type.equals("no_norm") && !type.equals("layer_norm")) {
      throw new InvalidCheckpointException(
          "normalization_type is \"" + type + "\", where no_norm and layer_norm are known",
          c.where() + ", normalization_type",
          "compare the key with the model's original config.json");
    }
    return type.equals("no_norm");
  }

  /** How wide what values are made of is. */
  int widthOfValues() {
    return attendsWithinBottleneck ? n : d;
  }

  /** A bottleneck that the class makes and does not read. */
  void leave(Weights w) {
    Heads.unread(w.at("dense"), "weight", n, d);
    Heads.unread(w.at("dense"), "bias", n);
    Heads.unread(w.at("LayerNorm"), "weight", n);
    Heads.unread(w.at("LayerNorm"), "bias", n);
  }

  /** A norm, or what stands in its place: x · weight + bias. */
  <T> T normed(Layers<T> f, Weights w, T x, int across, double epsilonOfNorm) {
    if (!onlyScales) {
      return f.layerNorm(x, LayerNorm.read(w, across, epsilonOfNorm));
    }
    T weight = f.parameter(w.tensor("weight", across));
    T bias = f.parameter(w.tensor("bias", across));
    return f.named(f.add(f.multiply(x, weight), bias), w.path());
  }
}
