package dev.litegraft.checkpoint.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a family's config.json calls the settings that every transformer has.
 *
 * @param width d
 * @param heads h
 * @param sharedHeads k, key/value heads
 * @param headWidth e
 * @param layers how many layers there are
 * @param feedForward f
 * @param positions how many positions there are
 * @param epsilon of the norms; none where no key says it
 * @param activations of the feed-forward layers; several where the family renamed its key
 * @param initializerRange the deviation of new weights
 * @param otherSizes further widths and counts of table rows: the shapes of the tensors say whether
 *     they are right
 */
public record ConfigNames(
    String width,
    String heads,
    String sharedHeads,
    String headWidth,
    String layers,
    String feedForward,
    String positions,
    List<String> epsilon,
    List<String> activations,
    String initializerRange,
    Set<String> otherSizes) {
  /** As most families have them. */
  public static final ConfigNames USUAL =
      new ConfigNames(
          "hidden_size",
          "num_attention_heads",
          "num_key_value_heads",
          "head_dim",
          "num_hidden_layers",
          "intermediate_size",
          "max_position_embeddings",
          List.of("rms_norm_eps"),
          List.of("hidden_act"),
          "initializer_range",
          Set.of("vocab_size"));

  public ConfigNames {
    epsilon = List.copyOf(epsilon);
    activations = List.copyOf(activations);
    otherSizes = Set.copyOf(otherSizes);
  }

  /** The same with other names for width, heads and layers. */
  public ConfigNames withSizes(String d, String h, String count) {
    return new ConfigNames(
        d,
        h,
        sharedHeads,
        headWidth,
        count,
        feedForward,
        positions,
        epsilon,
        activations,
        initializerRange,
        otherSizes);
  }

  /** The same with another name for the width of a head. */
  public ConfigNames withHeadWidth(String e) {
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        e,
        layers,
        feedForward,
        positions,
        epsilon,
        activations,
        initializerRange,
        otherSizes);
  }

  /** The same with another name for the number of key/value heads. */
  public ConfigNames withSharedHeads(String k) {
    return new ConfigNames(
        width,
        heads,
        k,
        headWidth,
        layers,
        feedForward,
        positions,
        epsilon,
        activations,
        initializerRange,
        otherSizes);
  }

  /** The same with another name for the width of the feed-forward layers. */
  public ConfigNames withFeedForward(String f) {
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        headWidth,
        layers,
        f,
        positions,
        epsilon,
        activations,
        initializerRange,
        otherSizes);
  }

  /** The same with another name for the number of positions. */
  public ConfigNames withPositions(String p) {
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        headWidth,
        layers,
        feedForward,
        p,
        epsilon,
        activations,
        initializerRange,
        otherSizes);
  }

  /** The same with another name for the norms' epsilon. */
  public ConfigNames withEpsilon(String... keys) {
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        headWidth,
        layers,
        feedForward,
        positions,
        List.of(keys),
        activations,
        initializerRange,
        otherSizes);
  }

  /** The same with other names for the activation. */
  public ConfigNames withActivations(String... keys) {
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        headWidth,
        layers,
        feedForward,
        positions,
        epsilon,
        List.of(keys),
        initializerRange,
        otherSizes);
  }

  /** The same with another name for the deviation of new weights. */
  public ConfigNames withInitializerRange(String key) {
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        headWidth,
        layers,
        feedForward,
        positions,
        epsilon,
        activations,
        key,
        otherSizes);
  }

  /** The same with further sizes. */
  public ConfigNames withOtherSizes(String... keys) {
    Set<String> more = new LinkedHashSet<>(otherSizes);
    more.addAll(List.of(keys));
    return new ConfigNames(
        width,
        heads,
        sharedHeads,
        headWidth,
        layers,
        feedForward,
        positions,
        epsilon,
        activations,
        initializerRange,
        more);
  }

  /** Keys whose values the shapes of the tensors say too. */
  public Set<String> sizes() {
    Set<String> sizes = new LinkedHashSet<>(List.of(width, feedForward, positions));
    sizes.addAll(otherSizes);
    return sizes;
  }

  /** The number under a key, where the config has it. */
  public static Optional<Integer> number(HfConfig config, String key) {
    return config.value(key) instanceof Number
        ? Optional.of(config.integer(key))
        : Optional.empty();
  }
}
