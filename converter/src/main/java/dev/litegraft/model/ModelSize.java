package dev.litegraft.model;

import dev.litegraft.tensor.TensorData;
import java.util.HashSet;
import java.util.Set;

/**
 * How large a model is.
 *
 * @param model of which it is said
 */
public record ModelSize(Model model) {
  /** Numbers of the tensors that the forward pass read. */
  public long parameters() {
    Set<String> unused = new HashSet<>(model.stored().unused());
    return model.stored().tensors().entrySet().stream()
        .filter(e -> !unused.contains(e.getKey()))
        .mapToLong(e -> e.getValue().shape().elements())
        .sum();
  }

  /**
   * Multiplications that one token costs, roughly: numbers of all tensors but the look-up tables,
   * as often as they are used.
   */
  public long multiplicationsPerToken() {
    int words = model.config().integer("vocab_size", 0);
    long all = 0;
    for (TensorData tensor : model.stored().tensors().values()) {
      boolean table = tensor.shape().rank() == 2 && tensor.shape().dim(0) == words;
      all += table ? 0 : tensor.shape().elements();
    }
    return Math.max(1, all * model.architecture().layersPerWeights(model.config()));
  }
}
