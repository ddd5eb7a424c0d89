package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.FeedForward;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorViews;
import java.util.Optional;

/**
 * A feed-forward part of several experts: a router weighs them for each token, and those with the
 * largest weights count, by their weights.
 *
 * <p>Which experts compute differs from token to token, and a graph does not: all of them compute,
 * as one layer that is as wide as all, and the weights of the others are 0.
 *
 * <p>Source: {@code NomicMoELayer} of {@code modeling_hf_nomic_bert.py}.
 *
 * @param count how many there are in a layer, n
 * @param picked how many of them count for a token
 * @param every every how many layers one has experts: the second of them; 0 is none
 */
record Experts(int count, int picked, int every) {
  static Experts of(HfConfig config) {
    int every = config.integer("moe_every_n_layers", 0);
    if (every <= 0) {
      return new Experts(0, 0, 0);
    }
    int count = config.size("num_experts");
    int picked = config.size("moe_top_k", 1);
    if (picked > count) {
      throw new InvalidCheckpointException(
          "moe_top_k is " + picked + ", and there are " + count + " experts (num_experts)",
          config.where() + ", moe_top_k",
          "compare both keys with the model's original config.json");
    }
    return new Experts(count, picked, every);
  }

  /** Whether a layer has experts, from 0. */
  boolean isMixed(int layer) {
    return every > 0 && layer % every == 1 % every;
  }

  /** The part of a layer, as {@code mlp} has it. */
  FeedForward in(Weights mlp, int d, int width, Activation activation) {
    return new Mixed(this, mlp, d, width, activation);
  }

  private record Mixed(Experts of, Weights mlp, int d, int width, Activation activation)
      implements FeedForward {
    @Override
    public <T> T apply(Layers<T> f, T x) {
      return of.apply(f, mlp, d, width, activation, x);
    }
  }

  private <T> T apply(Layers<T> f, Weights mlp, int d, int width, Activation activation, T x) {
    Weights experts = mlp.at("experts");
    Weights each = experts.at("mlp");
    int all = count * width;
    Weights router = mlp.at("router").at("layer");
    // A parameter stays in f32: a rounded router would pick others.
    T rows =
        f.parameter(TensorViews.reshaped(router.tensor("weight", count, d), Shape.of(1, count, d)));
    T weighed = f.named(f.softmaxOfOwn(f.matMul(x, rows, true)), router.path()); // [b, q, n]
    T weights = f.splitHeads(f.largest(weighed, picked), count); // [b, n, q, 1]
    Linear in = new Linear(each.path() + ".w1", each.tensor("w1", all, d), Optional.empty());
    T inner = f.activation(f.linear(x, in), activation); // [b, q, n · f]
    T counted = f.mergeHeads(f.multiply(f.splitHeads(inner, count), weights));
    Linear out =
        new Linear(
            each.path() + ".w2",
            TensorViews.transposed(each.tensor("w2", all, d)),
            Optional.of(experts.tensor("bias", d)));
    return f.linear(counted, out);
  }
}
