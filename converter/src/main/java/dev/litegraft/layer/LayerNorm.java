package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Arrays;
import java.util.Optional;

/**
 * Layer normalisation.
 *
 * @param name the module's path
 * @param weight [width]
 * @param bias [width], where there is one
 * @param epsilon added to the variance
 */
public record LayerNorm(String name, TensorData weight, Optional<TensorData> bias, double epsilon)
    implements Norm {
  public LayerNorm {
    RmsNorm.requireEpsilon(name, epsilon);
  }

  /**
   * The module's {@code weight} and {@code bias}; in the first checkpoints of BERT they have
   * TensorFlow's names, which transformers renames when it loads them.
   */
  public static LayerNorm read(Weights w, int width, double epsilon) {
    boolean isRenamed = w.has("gamma") && !w.has("weight");
    return new LayerNorm(
        w.path(),
        w.tensor(isRenamed ? "gamma" : "weight", width),
        Optional.of(w.tensor(isRenamed ? "beta" : "bias", width)),
        epsilon);
  }

  @Override
  public <T> T apply(Layers<T> f, T x) {
    return f.layerNorm(x, this);
  }

  /** A norm that multiplies by {@code 1 + weight}: Nemotron. */
  public LayerNorm withUnitOffset() {
    return new LayerNorm(name, TensorViews.plus(weight, 1), bias, epsilon);
  }

  /** The module's {@code weight} alone. */
  public static LayerNorm readWithoutBias(Weights w, int width, double epsilon) {
    return new LayerNorm(w.path(), w.tensor("weight", width), Optional.empty(), epsilon);
  }

  /**
   * A norm without weights of its own: torch.nn.LayerNorm with {@code elementwise_affine=False}.
   */
  public static LayerNorm withoutWeights(String name, int width, double epsilon) {
    float[] ones = new float[width];
    Arrays.fill(ones, 1);
    return new LayerNorm(
        name, TensorViews.of(name + ".weight", Shape.of(width), ones), Optional.empty(), epsilon);
  }
}
