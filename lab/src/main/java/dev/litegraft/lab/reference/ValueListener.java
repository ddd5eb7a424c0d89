package dev.litegraft.lab.reference;

/** Hears of every value that has a name while a forward pass is computed. */
@FunctionalInterface
public interface ValueListener {
  /** Nobody listens. */
  ValueListener NONE = (path, value) -> {};

  /**
   * A value was computed. Called in order of computation, by the thread that runs the forward pass.
   *
   * @param path the PyTorch module that makes it: {@code model.layers.3.self_attn.o_proj}. Linear
   *     layers, norms and embeddings are heard under their own names, other values under those that
   *     the family gives them
   * @param value the module's output
   */
  void saw(String path, Array value);
}
