package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;

/**
 * The feed-forward layer without a gate: {@code out(activation(in(x)))}.
 *
 * @param in [f, d]
 * @param out [d, f]
 */
public record Mlp(Linear in, Linear out, Activation activation) implements FeedForward {
  /**
   * The modules of these names.
   *
   * @param d the model's width
   * @param width of what is between the two layers, f
   */
  public static Mlp read(
      Weights w, String in, String out, int d, int width, boolean bias, Activation activation) {
    return new Mlp(
        Linear.read(w.at(in), d, width, bias), Linear.read(w.at(out), width, d, bias), activation);
  }

  @Override
  public <T> T apply(Layers<T> f, T x) {
    return f.linear(f.activation(f.linear(x, in), activation), out);
  }
}
