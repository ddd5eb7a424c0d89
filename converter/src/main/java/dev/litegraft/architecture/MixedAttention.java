package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.layer.Queries;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * ConvBERT's attention: some heads attend, and as wide a part is a convolution over neighbouring
 * tokens with a kernel for each token and head.
 *
 * @param d the model's width
 * @param heads that attend, and kernels that a token makes
 * @param e the width of a head
 * @param size of a kernel, odd
 */
record MixedAttention(int d, int heads, int e, int size) {
  static MixedAttention of(HfConfig c, BertStack.Sizes s) {
    int ratio = c.size("head_ratio", 2);
    int heads = Math.max(s.h() / ratio, 1);
    int size = c.size("conv_kernel_size", 9);
    if (size % 2 == 0 || s.d() % (2 * heads) != 0) {
      throw new InvalidCheckpointException(
          "conv_kernel_size is "
              + size
              + " and "
              + heads
              + " heads share half of "
              + s.d()
              + ", where an odd size and whole heads are needed",
          c.where() + ", conv_kernel_size",
          "compare the keys with the model's original config.json");
    }
    return new MixedAttention(s.d(), heads, s.d() / heads / 2, size);
  }

  /**
   * What is found, without the output projection: [b, q, d].
   *
   * @param w the module {@code attention.self}
   * @param x [b, t, d]
   * @param positions [b, t]
   */
  <T> T apply(Layers<T> f, Weights w, T x, T positions, Queries<T> queries) {
    int all = heads * e;
    T query = f.linear(x, Linear.read(w.at("query"), d, all)); // [b, t, all]
    T key = f.linear(x, Linear.read(w.at("key"), d, all));
    T value = f.linear(x, Linear.read(w.at("value"), d, all));
    T attended = // [b, h, q, e]
        queries.attend(
            f.splitHeads(queries.of(query), heads),
            f.splitHeads(key, heads),
            f.splitHeads(value, heads),
            queries.scores(1 / Math.sqrt(e)));
    T convolved = convolved(f, w, x, positions, query); // [b, h, t, e]
    return f.joined(
        List.of(f.mergeHeads(attended), f.mergeHeads(queries.of(convolved)))); // [b, q, d]
  }

  private <T> T convolved(Layers<T> f, Weights w, T x, T positions, T query) {
    int all = heads * e;
    T key = separable(f, w.at("key_conv_attn_layer"), x, positions); // [b, t, all]
    Linear toKernels = Linear.read(w.at("conv_kernel_layer"), all, heads * size);
    T kernels = f.softmaxOfOwn(f.splitHeads(f.linear(f.multiply(key, query), toKernels), heads));
    T read = f.linear(x, Linear.read(w.at("conv_out_layer"), d, all)); // [b, t, all]
    T sum = f.multiply(f.splitHeads(read, heads), tap(f, w, kernels, size / 2));
    for (int i = 0; i < size; i++) {
      if (i != size / 2) {
        T near = f.splitHeads(f.ahead(read, positions, i - size / 2), heads); // [b, h, t, e]
        sum = f.add(sum, f.multiply(near, tap(f, w, kernels, i)));
      }
    }
    return sum;
  }

  /** Number i of every kernel, as wide as a head: [b, h, t, size] to [b, h, t, e]. */
  private <T> T tap(Layers<T> f, Weights w, T kernels, int i) {
    float[] picks = new float[size * e];
    Arrays.fill(picks, i * e, (i + 1) * e, 1);
    String name = w.path() + ".tap." + i;
    return f.matMul(
        kernels, f.parameter(TensorViews.of(name, Shape.of(1, 1, size, e), picks)), false);
  }

  /** Each number over its neighbours, then all numbers of a token: [b, t, all]. */
  private <T> T separable(Layers<T> f, Weights w, T x, T positions) {
    TensorData kernel = w.at("depthwise").tensor("weight", d, 1, size);
    T sum = f.multiply(x, tap(f, w, kernel, size / 2));
    for (int i = 0; i < size; i++) {
      if (i != size / 2) {
        T near = f.ahead(x, positions, i - size / 2); // [b, t, d]
        sum = f.add(sum, f.multiply(near, tap(f, w, kernel, i)));
      }
    }
    int all = heads * e;
    TensorData pointwise = w.at("pointwise").tensor("weight", all, d, 1);
    TensorData bias = w.tensor("bias", all, 1);
    return f.linear(
        sum,
        new Linear(
            w.at("pointwise").path(),
            TensorViews.reshaped(pointwise, Shape.of(all, d)),
            Optional.of(TensorViews.reshaped(bias, Shape.of(all)))));
  }

  private <T> T tap(Layers<T> f, Weights w, TensorData kernel, int i) {
    TensorData numbers = TensorViews.reshaped(TensorViews.lastIndex(kernel, i), Shape.of(1, 1, d));
    return f.parameter(TensorViews.named(w.at("depthwise").path() + "." + i, numbers));
  }
}
