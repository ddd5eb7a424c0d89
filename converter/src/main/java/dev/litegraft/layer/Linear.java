package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Optional;

/**
 * The weights of a linear layer.
 *
 * @param name the module's path, {@code model.layers.0.mlp.up_proj}
 * @param weight [out, in]
 * @param bias [out], where there is one
 */
public record Linear(String name, TensorData weight, Optional<TensorData> bias) {
  /** The layer's {@code weight} and {@code bias}: torch.nn.Linear. */
  public static Linear read(Weights w, int in, int out) {
    return new Linear(w.path(), w.tensor("weight", out, in), Optional.of(w.tensor("bias", out)));
  }

  /** The layer's {@code weight} alone: torch.nn.Linear with {@code bias=False}. */
  public static Linear readWithoutBias(Weights w, int in, int out) {
    return new Linear(w.path(), w.tensor("weight", out, in), Optional.empty());
  }

  /** With or without bias, as a key of the config says. */
  public static Linear read(Weights w, int in, int out, boolean bias) {
    return bias ? read(w, in, out) : readWithoutBias(w, in, out);
  }

  /** A layer that is stored the other way round, [in, out]: transformers' Conv1D, in GPT-2. */
  public static Linear readConv1D(Weights w, int in, int out) {
    return new Linear(
        w.path(),
        TensorViews.transposed(w.tensor("weight", in, out)),
        Optional.of(w.tensor("bias", out)));
  }

  /** The same layer, of which every output is multiplied by {@code factor}. */
  public Linear times(double factor) {
    return new Linear(
        name,
        TensorViews.times(weight, (float) factor),
        bias.map(b -> TensorViews.times(b, (float) factor)));
  }

  /** Inputs that the layer takes. */
  public int in() {
    return weight.shape().dim(1);
  }

  /** Outputs that the layer makes. */
  public int out() {
    return weight.shape().dim(0);
  }

  /** Some outputs of a fused layer as a layer of its own, called {@code name}. */
  public Linear rows(String newName, int from, int count) {
    return new Linear(
        newName,
        TensorViews.rows(weight, from, count),
        bias.map(b -> TensorViews.rows(b, from, count)));
  }

  /** Outputs {@code order[0], order[1] …} of a fused layer as a layer of its own. */
  public Linear rows(String newName, int[] order) {
    return new Linear(
        newName, TensorViews.rows(weight, order), bias.map(b -> TensorViews.rows(b, order)));
  }

  /** The shape of the weight, for messages. */
  public Shape shape() {
    return weight.shape();
  }
}
