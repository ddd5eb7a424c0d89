package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.tensor.TensorData;
import java.util.Optional;

/**
 * Layer normalisation.
 *
 * @param name the module's path
 * @param weight [width]
 * @param bias [width], where there is one
 * @param epsilon added to the variance
 */
public record LayerNorm(String name, TensorData weight, Optional<TensorData> bias, double epsilon) {
  /** The module's {@code weight} and {@code bias}. */
  public static LayerNorm read(Weights w, int width, double epsilon) {
    return new LayerNorm(
        w.path(), w.tensor("weight", width), Optional.of(w.tensor("bias", width)), epsilon);
  }

  /** The module's {@code weight} alone. */
  public static LayerNorm readWithoutBias(Weights w, int width, double epsilon) {
    return new LayerNorm(w.path(), w.tensor("weight", width), Optional.empty(), epsilon);
  }
}
