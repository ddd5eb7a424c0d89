package dev.litegraft.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/** Collects the shapes of a checkpoint's tensors by module, in order. */
final class TensorShapes {
  private final Map<String, int[]> byName = new LinkedHashMap<>();

  /** A table of embeddings. */
  TensorShapes table(String module, int rows, int width) {
    byName.put(module + ".weight", new int[] {rows, width});
    return this;
  }

  /** A linear layer with a bias. */
  TensorShapes linear(String module, int in, int out) {
    return linearWithoutBias(module, in, out).vector(module + ".bias", out);
  }

  TensorShapes linearWithoutBias(String module, int in, int out) {
    return table(module, out, in);
  }

  /** A layer norm. */
  TensorShapes norm(String module, int width) {
    return normWithoutBias(module, width).vector(module + ".bias", width);
  }

  /** An RMS norm, or a layer norm that only scales. */
  TensorShapes normWithoutBias(String module, int width) {
    return vector(module + ".weight", width);
  }

  private TensorShapes vector(String name, int length) {
    byName.put(name, new int[] {length});
    return this;
  }

  /** What was collected. */
  Map<String, int[]> byName() {
    return byName;
  }
}
