package dev.litegraft.layer;

import dev.litegraft.tensor.TensorData;
import java.util.List;

/**
 * The layers that take every token alone, or every number: what a text's other tokens are changes
 * nothing.
 *
 * @param <T> a value; shapes are in the letters of {@link Layers}
 */
public interface EachToken<T> {
  /** Rows of a table: index [b, t] (ids, or positions as whole f32 numbers) to [b, t, d]. */
  T embedding(T index, Embedding table);

  /** {@code x · weightᵀ + bias}: [.., in] to [.., out]. Source: torch.nn.Linear. */
  T linear(T x, Linear weights);

  /**
   * Several projections of one value, which a layout may compute at once. Results in the order of
   * the weights.
   */
  List<T> linears(T x, List<Linear> weights);

  /** {@code x / sqrt(mean(x²) + ε) · weight} over the last axis. */
  T rmsNorm(T x, RmsNorm norm);

  /**
   * {@code (x − mean) / sqrt(variance + ε) · weight + bias} over the last axis. Source:
   * torch.nn.LayerNorm.
   */
  T layerNorm(T x, LayerNorm norm);

  /** The activation function, elementwise. */
  T activation(T x, Activation function);

  /** Softmax over the last axis, of numbers that are each token's own: no scores of keys. */
  T softmaxOfOwn(T x);

  /** {@code a + b}, with broadcasting. */
  T add(T a, T b);

  /** {@code a · b} elementwise, with broadcasting. */
  T multiply(T a, T b);

  /** {@code x · factor + offset}. */
  T affine(T x, double factor, double offset);

  /** {@code x · factor}. */
  default T scale(T x, double factor) {
    return factor == 1 ? x : affine(x, factor, 0);
  }

  /** {@code cap · tanh(x / cap)}: Gemma2's soft cap. */
  default T softCap(T x, double cap) {
    return scale(activation(scale(x, 1 / cap), Activation.TANH), cap);
  }

  /**
   * The largest numbers of every row as they are, and 0 for the others: which experts compute, and
   * how much each counts.
   *
   * @param x [.., n], none negative
   * @param count how many, from 1 to n
   */
  T largest(T x, int count);

  /**
   * Numbers of the checkpoint as they are, to be added or multiplied. Source: torch.nn.Parameter.
   */
  T parameter(TensorData numbers);

  /** [b, t, h·e] to [b, h, t, e]. */
  T splitHeads(T x, int heads);

  /** [b, h, t, e] to [b, t, h·e]. */
  T mergeHeads(T x);

  /**
   * {@code a · b}, or {@code a · bᵀ} with {@code transposeB}, over the last two axes, with
   * broadcasting of the others.
   */
  T matMul(T a, T b, boolean transposeB);

  /**
   * Numbers of a short list: index [b, t] (whole f32 numbers) to [b, t], or to [b, t, w] of a list
   * of rows. A list is f32 in every file, whatever becomes of tables.
   *
   * @param list [n], or [n, w]
   */
  T lookUp(T index, TensorData list);

  /** A number a token, to broadcast over its row: [b, t] to [b, t, 1]. */
  T column(T x);

  /** 1 where an id differs from {@code id}, else 0: [b, t]. */
  T differs(T ids, int id);

  /**
   * Turns the first {@code 2 · width(rope)} numbers of every head by its position; the others stay.
   * x: [b, h, q, e].
   */
  T rotate(T x, Rope<T> rope);

  /** The values one after the other along the last axis. */
  T joined(List<T> parts);

  /** The first numbers of every row: [.., d] to [.., count]. */
  T leading(T x, int count);

  /** {@code x / max(‖x‖, 1e-12)} over the last axis. Source: torch.nn.functional.normalize. */
  T normalize(T x);

  /**
   * Gives a value the name of the PyTorch module that makes it, so that it can be compared with the
   * checkpoint's.
   */
  T named(T x, String path);
}
