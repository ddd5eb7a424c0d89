package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Which layers of a model see only a window of the text, and what differs in them. */
final class LayerTypes {
  private LayerTypes() {}

  /**
   * The layers that {@code layer_types} calls {@code sliding_attention}.
   *
   * @param layers how many layers there are
   * @param otherwise which layers slide where there is no such key, as in configs before 4.53
   * @throws InvalidCheckpointException if the list has another length or names another kind of
   *     layer
   */
  static IntPredicate sliding(HfConfig config, int layers, IntPredicate otherwise) {
    List<String> types = config.texts("layer_types");
    if (types.isEmpty()) {
      return otherwise;
    }
    if (types.size() != layers) {
      throw new InvalidCheckpointException(
          "layer_types names " + types.size() + " layers, where num_hidden_layers is " + layers,
          config.where() + ", layer_types",
          "compare both keys with the model's original config.json");
    }
    for (String type : types) {
      if (!type.equals("sliding_attention") && !type.equals("full_attention")) {
        throw new InvalidCheckpointException(
            "unknown kind of layer \"" + type + "\"; known: full_attention, sliding_attention",
            config.where() + ", layer_types",
            "compare the key with the model's original config.json");
      }
    }
    return i -> types.get(i).equals("sliding_attention");
  }

  /**
   * How far a query sees in a layer without a window: back, or to both sides where {@code
   * is_causal} is false. Releases before 5.2 do not read that key.
   *
   * <p>Source: {@code transformers/masking_utils.py}, create_causal_mask.
   */
  static Span full(HfConfig config) {
    return isCausal(config) ? Span.CAUSAL : Span.BIDIRECTIONAL;
  }

  /** Whether a query sees only what is before it, as the library that saved the folder reads it. */
  static boolean isCausal(HfConfig config) {
    return config.flag("is_causal", true) || SavedBy.UNKNOWN.orOf(config).transformersBefore(5, 2);
  }

  /**
   * How far a query sees in a sliding layer: the {@code sliding_window} tokens that end with its
   * own; all before it where there is no such key.
   *
   * @throws InvalidCheckpointException if the window is empty
   */
  static Span window(HfConfig config) {
    return config.has("sliding_window") ? window(config, 1) : full(config);
  }

  /**
   * As {@link #window(HfConfig)}, {@code absent} tokens wide where the key is absent; null stands
   * for no window.
   */
  static Span window(HfConfig config, int absent) {
    return config.isNull("sliding_window")
        ? full(config)
        : isCausal(config)
            ? Span.causalWindow(windowWidth(config, absent))
            // To both sides, create_bidirectional_sliding_window_mask includes its last token.
            : Span.within(windowWidth(config, absent));
  }

  /**
   * The positions of one kind of layer, as newer configs describe them in an object of its own;
   * absent where they do not.
   *
   * @param kind {@code full_attention} or {@code sliding_attention}
   * @param theta the base where that object has none
   * @param e the width of a head
   */
  static Optional<RotaryEmbedding> rope(HfConfig config, String kind, double theta, int e) {
    return config
        .at("rope_parameters")
        .flatMap(kinds -> kinds.at(kind))
        .map(own -> inModel(config, own))
        .map(own -> RotaryEmbedding.of(own, own.number("rope_theta", theta), e));
  }

  /** How far the model reaches stands once, for all kinds of layers. */
  private static HfConfig inModel(HfConfig config, HfConfig kind) {
    String reach = "max_position_embeddings";
    return config.has(reach) ? kind.withDefault(reach, config.size(reach)) : kind;
  }

  /** {@code sliding_window} in tokens. */
  static int windowWidth(HfConfig config, int absent) {
    int width = config.integer("sliding_window", absent);
    if (width < 1) {
      throw new InvalidCheckpointException(
          "sliding_window is " + width + ", where a query sees at least its own token",
          config.where() + ", sliding_window",
          "compare the key with the model's original config.json; null stands for no window");
    }
    return width;
  }
}
