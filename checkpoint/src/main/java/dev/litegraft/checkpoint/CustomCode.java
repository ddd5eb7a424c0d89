package dev.litegraft.checkpoint;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.tensor.TensorData;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A model whose folder has Python code of its own ({@code auto_map}), read as the class of a family
 * that computes the same.
 *
 * @param config as the family's class would have it
 * @param tensors the folder's tensors under the names of that class
 * @param note says which code was recognised, for people
 */
public record CustomCode(
    HfConfig config, UnaryOperator<Map<String, TensorData>> tensors, String note) {
  /**
   * The key of the config under which stands how wide the projection is that follows the model, of
   * code that has one.
   */
  public static final String PROJECTION = "projection_size";
}
