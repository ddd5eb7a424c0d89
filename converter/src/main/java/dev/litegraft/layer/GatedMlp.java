package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;

/**
 * The gated feed-forward layer: {@code down(activation(gate(x)) · up(x))}. Source: {@code
 * LlamaMLP}.
 *
 * @param gate [f, d]
 * @param up [f, d]
 * @param down [d, f]
 */
public record GatedMlp(Linear gate, Linear up, Linear down, Activation activation)
    implements FeedForward {
  /** {@code gate_proj}, {@code up_proj} and {@code down_proj}. */
  public static GatedMlp read(Weights w, int d, int width, boolean bias, Activation activation) {
    return new GatedMlp(
        Linear.read(w.at("gate_proj"), d, width, bias),
        Linear.read(w.at("up_proj"), d, width, bias),
        Linear.read(w.at("down_proj"), width, d, bias),
        activation);
  }

  /** {@code gate_up_proj}, which holds both, and {@code down_proj}; without biases. */
  public static GatedMlp readFused(Weights w, int d, int width, Activation activation) {
    Linear both = Linear.readWithoutBias(w.at("gate_up_proj"), d, 2 * width);
    return new GatedMlp(
        both.rows(w.at("gate_proj").path(), 0, width),
        both.rows(w.at("up_proj").path(), width, width),
        Linear.readWithoutBias(w.at("down_proj"), width, d),
        activation);
  }

  @Override
  public <T> T apply(Layers<T> f, T x) {
    T gated = f.activation(f.linear(x, gate), activation); // [b, q, f]
    return f.linear(f.multiply(gated, f.linear(x, up)), down);
  }
}
