package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A linear layer in groups, of which each reads and makes its own part: as one whole layer, with
 * zeros between the groups. It has as many numbers as if it had no groups.
 *
 * <p>Source: torch.nn.Conv1d with {@code kernel_size=1} in SqueezeBERT; ConvBERT's
 * GroupedLinearLayer.
 */
final class GroupedLinear {
  private GroupedLinear() {}

  /**
   * A convolution over one token: weight [out, in / groups, 1].
   *
   * @param w the module
   */
  static Linear readConvolution(Weights w, int in, int out, int groups, HfConfig config) {
    requireGroups(config, in, out, groups);
    TensorData weight = w.tensor("weight", out, in / groups, 1);
    return whole(w, TensorViews.reshaped(weight, Shape.of(out, in / groups)), in, out, groups);
  }

  /**
   * ConvBERT's: weight [groups, in / groups, out / groups].
   *
   * @param w the module
   */
  static Linear readBlocks(Weights w, int in, int out, int groups, HfConfig config) {
    requireGroups(config, in, out, groups);
    TensorData weight = w.tensor("weight", groups, in / groups, out / groups);
    List<TensorData> blocks = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      TensorData block =
          TensorViews.reshaped(TensorViews.rows(weight, g, 1), Shape.of(in / groups, out / groups));
      blocks.add(TensorViews.transposed(block));
    }
    return whole(w, TensorViews.concatenated(weight.name(), blocks), in, out, groups);
  }

  private static Linear whole(Weights w, TensorData weight, int in, int out, int groups) {
    TensorData all = groups == 1 ? weight : TensorViews.blockDiagonal(weight, groups, in);
    return new Linear(w.path(), all, Optional.of(w.tensor("bias", out)));
  }

  private static void requireGroups(HfConfig config, int in, int out, int groups) {
    if (in % groups != 0 || out % groups != 0) {
      throw new InvalidCheckpointException(
          groups + " groups do not divide a layer from " + in + " to " + out + " numbers",
          config.where(),
          "compare the numbers of groups with the model's original config.json");
    }
  }
}
