package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The convolution over neighbouring tokens that the large DeBERTa-v2 models have beside their first
 * layer: it reads what that layer read, and is added to what it made.
 *
 * <p>Source: ConvLayer of transformers' DeBERTa-v2.
 *
 * @param taps one linear layer a place of the kernel: the first reads the farthest token before
 * @param activation of what they sum to
 * @param norm of the sum with what the layer made
 */
record TokenConvolution(List<Linear> taps, Activation activation, LayerNorm norm) {
  /**
   * What the config says; empty for a model without one.
   *
   * @param w the module {@code encoder.conv}
   * @param d the model's width
   * @throws InvalidCheckpointException if the kernel has no middle, or groups
   */
  static Optional<TokenConvolution> of(HfConfig config, Weights w, int d, double epsilon) {
    int size = config.integer("conv_kernel_size", 0);
    String name = config.text("conv_act", "tanh");
    int groups = config.integer("conv_groups", 1);
    if (size <= 0) {
      return Optional.empty();
    }
    if (size % 2 == 0) {
      throw refused(config, "conv_kernel_size", size, "an odd number, so that texts keep length,");
    }
    if (groups != 1) {
      throw refused(config, "conv_groups", groups, "1");
    }
    TensorData kernel = w.at("conv").tensor("weight", d, d, size);
    TensorData bias = w.at("conv").tensor("bias", d);
    List<Linear> taps = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Optional<TensorData> own = i == size / 2 ? Optional.of(bias) : Optional.empty();
      taps.add(new Linear(w.at("conv").at(i).path(), TensorViews.lastIndex(kernel, i), own));
    }
    return Optional.of(
        new TokenConvolution(
            List.copyOf(taps),
            Activation.of(name, config.where() + ", conv_act"),
            LayerNorm.read(w.at("LayerNorm"), d, epsilon)));
  }

  private static InvalidCheckpointException refused(
      HfConfig c, String key, int value, String needed) {
    return new InvalidCheckpointException(
        key + " is " + value + ", where " + needed + " is needed",
        c.where() + ", " + key,
        "compare the key with the model's original config.json");
  }

  /**
   * @param x what the first layer read, 0 at padding: [b, t, d]
   * @param made what it made, [b, t, d]
   * @param positions [b, t]
   * @param isToken 1 for tokens, 0 for padding, [b, t, 1]
   */
  <T> T apply(Layers<T> f, T x, T made, T positions, T isToken) {
    int middle = taps.size() / 2;
    T sum = f.linear(x, taps.get(middle)); // [b, t, d]
    for (int i = 0; i < taps.size(); i++) {
      if (i != middle) {
        sum = f.add(sum, f.linear(f.ahead(x, positions, i - middle), taps.get(i)));
      }
    }
    T convolved = f.layerNorm(f.add(made, f.activation(sum, activation)), norm);
    return f.multiply(convolved, isToken);
  }
}
