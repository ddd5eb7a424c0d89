package dev.litegraft.checkpoint;

import dev.litegraft.tensor.TensorData;

/**
 * The folders of other weights, whose tensors are read in another way.
 *
 * @param to the weights that are asked
 * @param reading how one of their tensors is read
 */
record ReadWeights(Weights to, Weights.Reading reading) implements Weights {
  @Override
  public Weights at(String name) {
    return new ReadWeights(to.at(name), reading);
  }

  @Override
  public String path() {
    return to.path();
  }

  @Override
  public boolean has(String name) {
    return to.has(name);
  }

  @Override
  public boolean isEmpty() {
    return to.isEmpty();
  }

  @Override
  public TensorData tensor(String name, int... dims) {
    return reading.tensor(to, name, dims);
  }
}
