package dev.litegraft.lab.diagnosis.weights;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.tensor.TensorData;
import java.util.Map;

/**
 * A checkpoint's tensors with the numbers that a file has in their place, as far as they were
 * found.
 *
 * @param to the checkpoint's own
 * @param found by the names of the checkpoint's tensors
 */
record FoundWeights(Weights to, Map<String, FoundMatrix> found) implements Weights {
  @Override
  public Weights at(String name) {
    return new FoundWeights(to.at(name), found);
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
    TensorData own = to.tensor(name, dims);
    FoundMatrix matrix = found.get(own.name());
    return matrix == null ? own : matrix;
  }
}
