package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;

/**
 * Root-mean-square normalisation.
 *
 * @param name the module's path
 * @param weight [width]
 * @param epsilon added to the mean square
 */
public record RmsNorm(String name, TensorData weight, double epsilon) implements Norm {
  public RmsNorm {
    requireEpsilon(name, epsilon);
  }

  /** Below 0 a norm divides by the root of a negative number, and every answer is NaN. */
  static void requireEpsilon(String name, double epsilon) {
    if (!(epsilon >= 0)) {
      throw new InvalidCheckpointException(
          "the norm's epsilon is " + epsilon + ", where 0 or more is needed",
          "config.json, for " + name,
          "compare the key with the model's original config.json");
    }
  }

  /** The module's {@code weight}. */
  public static RmsNorm read(Weights w, int width, double epsilon) {
    return new RmsNorm(w.path(), w.tensor("weight", width), epsilon);
  }

  @Override
  public <T> T apply(Layers<T> f, T x) {
    return f.rmsNorm(x, this);
  }

  /** A norm that multiplies by {@code 1 + weight}: Gemma. */
  public RmsNorm withUnitOffset() {
    return new RmsNorm(name, TensorViews.plus(weight, 1), epsilon);
  }
}
