package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;

/** The heads behind the first token's vector that encoders share. */
final class Heads {
  private Heads() {}

  /**
   * BERT's: a pooler that belongs to the backbone, tanh, and {@code classifier}.
   *
   * @param w the checkpoint's tensors, from the root
   * @param first [b, 1, d]
   * @return [b, 1, labels]
   */
  static <T> T ofPooler(Layers<T> f, Weights w, String backbone, T first, int d, int labels) {
    T dense = f.linear(first, Linear.read(w.at(backbone).at("pooler").at("dense"), d, d));
    T pooled = f.activation(dense, Activation.TANH); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("classifier"), d, labels));
  }

  /**
   * RoBERTa's: {@code dense}, an activation, and {@code out_proj}.
   *
   * @param w the module {@code classifier}
   * @param first [b, 1, d]
   * @return [b, 1, labels]
   */
  static <T> T ofTwoLayers(
      Layers<T> f, Weights w, T first, int d, int labels, Activation activation) {
    T dense = f.linear(first, Linear.read(w.at("dense"), d, d));
    T pooled = f.activation(dense, activation); // [b, 1, d]
    return f.linear(pooled, Linear.read(w.at("out_proj"), d, labels));
  }

  /** Ticks off a tensor that the class was saved with and whose answers do not read it. */
  static void unread(Weights w, String name, int... dims) {
    if (w.has(name)) {
      w.tensor(name, dims);
    }
  }
}
