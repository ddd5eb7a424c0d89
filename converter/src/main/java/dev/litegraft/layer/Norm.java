package dev.litegraft.layer;

/** A normalisation of each token's vector, with the weights of one module. */
public sealed interface Norm permits LayerNorm, RmsNorm {
  /** x: [b, t, width], or [b, h, t, width], to the same. */
  <T> T apply(Layers<T> f, T x);
}
