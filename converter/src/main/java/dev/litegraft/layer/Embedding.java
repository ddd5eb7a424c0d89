package dev.litegraft.layer;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;

/**
 * A table whose rows are looked up.
 *
 * @param name the module's path, {@code model.embed_tokens}
 * @param weight [rows, width]
 */
public record Embedding(String name, TensorData weight) {
  /** The module's {@code weight}: torch.nn.Embedding. */
  public static Embedding read(Weights w, int rows, int width) {
    return new Embedding(w.path(), w.tensor("weight", rows, width));
  }

  /** Some rows as a table of their own. */
  public Embedding rows(int from, int count) {
    return new Embedding(name, TensorViews.rows(weight, from, count));
  }

  /** Rows {@code order[0], order[1] …} as a table of their own. */
  public Embedding rows(int[] order) {
    return new Embedding(name, TensorViews.rows(weight, order));
  }
}
