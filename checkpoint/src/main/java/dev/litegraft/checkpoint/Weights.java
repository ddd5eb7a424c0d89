package dev.litegraft.checkpoint;

import dev.litegraft.tensor.TensorData;
import java.util.function.UnaryOperator;

/**
 * The tensors of a checkpoint, navigated like folders: {@code
 * w.at("layers").at(3).at("mlp").at("up_proj")}.
 *
 * <p>A tensor's expected shape is checked where it is read, and what was read is ticked off, so
 * that at the end every tensor was used or is named as unused.
 */
public interface Weights {
  /** The folder below this one. */
  Weights at(String name);

  /** The folder of a numbered module: {@code layers.3}. */
  default Weights at(int index) {
    return at(Integer.toString(index));
  }

  /** The path of this folder, dots between names: {@code model.layers.3.mlp}; empty at the root. */
  String path();

  /** Whether a tensor of this name is in this folder. */
  boolean has(String name);

  /** Whether no tensor is in this folder or below it. */
  boolean isEmpty();

  /**
   * The tensor {@code name} of this folder, which is ticked off as used.
   *
   * @param dims the expected shape
   * @throws dev.litegraft.error.InvalidCheckpointException if there is none, or it has another
   *     shape
   */
  TensorData tensor(String name, int... dims);

  /** The same folders, of which every tensor, here and below, is put through {@code each}. */
  default Weights mapped(UnaryOperator<TensorData> each) {
    return readBy((folder, name, dims) -> each.apply(folder.tensor(name, dims)));
  }

  /** The same folders, whose tensors, here and below, are read by {@code reading}. */
  default Weights readBy(Reading reading) {
    return new ReadWeights(this, reading);
  }

  /** How a tensor is read of a folder. */
  @FunctionalInterface
  interface Reading {
    /**
     * The tensor {@code name} of a folder.
     *
     * @param folder the folder whose tensors are read otherwise
     * @param dims the expected shape
     */
    TensorData tensor(Weights folder, String name, int[] dims);
  }
}
