package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Which layers of Qwen2 and Qwen3 see only a window: the keys are the same in both. */
final class QwenWindows {
  private QwenWindows() {}

  /** Queries of each layer, by its number. */
  static <T> IntFunction<Queries<T>> queries(DecoderFrame<T> frame, HfConfig config) {
    return frame.turning(
        RotaryEmbedding.of(config, frame.s().e()),
        sliding(config, frame.s().layers()),
        LayerTypes.full(config),
        LayerTypes.window(config, 4096));
  }

  /**
   * The layers from {@code max_window_layers} on, or those that {@code layer_types} names.
   *
   * <p>Up to 4.52 transformers' eager and SDPA attention applied the window to every layer and only
   * its flash attention looked at {@code max_window_layers}; a checkpoint of that time was made,
   * and its answers recorded, with the window everywhere. {@code layer_types} came with the
   * correction. Source: {@code Qwen2Model._update_causal_mask} of 4.52, {@code Qwen2Config} of
   * 4.53.
   *
   * @throws InvalidCheckpointException if layers slide and {@code sliding_window} is missing
   */
  static IntPredicate sliding(HfConfig config, int layers) {
    int from = config.integer("max_window_layers", 28);
    boolean on = config.flag("use_sliding_window", false) && !config.isNull("sliding_window");
    boolean everywhere = SavedBy.UNKNOWN.orOf(config).transformersBefore(4, 53);
    IntPredicate sliding = LayerTypes.sliding(config, layers, i -> on && (everywhere || i >= from));
    for (int i = 0; i < layers; i++) {
      if (sliding.test(i) && config.isNull("sliding_window")) {
        throw new InvalidCheckpointException(
            "layer " + i + " sees only a window, and sliding_window does not say how wide",
            config.where() + ", sliding_window",
            "compare use_sliding_window, layer_types and sliding_window with the original config.json");
      }
    }
    return sliding;
  }
}
