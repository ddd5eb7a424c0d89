package dev.litegraft.checkpoint.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

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
    return changed(
        parts -> {
          parts.width = d;
          parts.heads = h;
          parts.layers = count;
        });
  }

  /** The same with another name for the width of a head. */
  public ConfigNames withHeadWidth(String e) {
    return changed(parts -> parts.headWidth = e);
  }

  /** The same with another name for the number of key/value heads. */
  public ConfigNames withSharedHeads(String k) {
    return changed(parts -> parts.sharedHeads = k);
  }

  /** The same with another name for the width of the feed-forward layers. */
  public ConfigNames withFeedForward(String f) {
    return changed(parts -> parts.feedForward = f);
  }

  /** The same with another name for the number of positions. */
  public ConfigNames withPositions(String p) {
    return changed(parts -> parts.positions = p);
  }

  /** The same with another name for the norms' epsilon. */
  public ConfigNames withEpsilon(String... keys) {
    return changed(parts -> parts.epsilon = List.of(keys));
  }

  /** The same with other names for the activation. */
  public ConfigNames withActivations(String... keys) {
    return changed(parts -> parts.activations = List.of(keys));
  }

  /** The same with another name for the deviation of new weights. */
  public ConfigNames withInitializerRange(String key) {
    return changed(parts -> parts.initializerRange = key);
  }

  /** The same with further sizes. */
  public ConfigNames withOtherSizes(String... keys) {
    Set<String> more = new LinkedHashSet<>(otherSizes);
    more.addAll(List.of(keys));
    return changed(parts -> parts.otherSizes = more);
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

  private ConfigNames changed(Consumer<Parts> change) {
    Parts parts = new Parts(this);
    change.accept(parts);
    return parts.together();
  }

  /** The names while some of them change. */
  private static final class Parts {
    private String width;
    private String heads;
    private String sharedHeads;
    private String headWidth;
    private String layers;
    private String feedForward;
    private String positions;
    private List<String> epsilon;
    private List<String> activations;
    private String initializerRange;
    private Set<String> otherSizes;

    Parts(ConfigNames names) {
      width = names.width;
      heads = names.heads;
      sharedHeads = names.sharedHeads;
      headWidth = names.headWidth;
      layers = names.layers;
      feedForward = names.feedForward;
      positions = names.positions;
      epsilon = names.epsilon;
      activations = names.activations;
      initializerRange = names.initializerRange;
      otherSizes = names.otherSizes;
    }

    ConfigNames together() {
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
          otherSizes);
    }
  }
}
