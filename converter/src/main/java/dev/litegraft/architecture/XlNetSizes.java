package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.Embedding;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Linear;
import dev.litegraft.tensor.Shape;
import dev.litegraft.tensor.TensorData;
import dev.litegraft.tensor.TensorViews;
import java.util.List;
import java.util.Optional;

/** What an XLNet's config says, under the letters of the shapes; {@code clamp} is 0 for none. */
record XlNetSizes(
    int v, int d, int layers, int h, int f, int clamp, double epsilon, Activation activation) {
  static XlNetSizes of(HfConfig c) {
    int d = c.size("d_model");
    int h = c.size("n_head");
    BertStack.requireHeads(c, d, h);
    String type = c.text("attn_type", "bi");
    boolean both = c.flag("bi_data", false);
    int e = c.integer("d_head", d / h);
    if (!type.equals("bi") || both || e != d / h) {
      throw new InvalidCheckpointException(
          "attn_type is \""
              + type
              + "\", bi_data "
              + both
              + " and d_head "
              + e
              + ", where \"bi\", false and "
              + d / h
              + " are supported",
          c.where() + ", attn_type",
          "compare the keys with the model's original config.json");
    }
    for (String ofMemory : List.of("mem_len", "reuse_len", "use_mems_eval", "same_length")) {
      c.has(ofMemory); // nothing is remembered from one text to the next
    }
    int words = c.has("vocab_size") ? c.size("vocab_size") : c.size("n_token");
    return new XlNetSizes(
        words,
        d,
        c.size("n_layer"),
        h,
        c.size("d_inner"),
        Math.max(c.integer("clamp_len", -1), 0),
        c.number("layer_norm_eps", 1e-12),
        Activation.of(c.text("ff_activation", "gelu"), c.where() + ", ff_activation"));
  }

  /** The width of a head. */
  int e() {
    return d / h;
  }

  LayerNorm norm(Weights w) {
    return LayerNorm.read(w, d, epsilon);
  }

  /** A parameter [d, h, e] as a layer from d to h · e. */
  Linear into(Weights w, String name) {
    TensorData weight = TensorViews.reshaped(w.tensor(name, d, h, e()), Shape.of(d, d));
    return new Linear(w.at(name).path(), TensorViews.transposed(weight), Optional.empty());
  }

  /** A parameter [d, h, e] as a layer from h · e to d. */
  Linear outOf(Weights w, String name) {
    TensorData weight = TensorViews.reshaped(w.tensor(name, d, h, e()), Shape.of(d, d));
    return new Linear(w.at(name).path(), weight, Optional.empty());
  }

  /** [1, h, 1, e]. */
  <T> T bias(Layers<T> f, Weights w, String name) {
    return f.parameter(TensorViews.reshaped(w.tensor(name, h, e()), Shape.of(1, h, 1, e())));
  }

  /** What a key of another segment has more than one of the same: [1, h, e, 1]. */
  <T> T otherSegment(Layers<T> f, Weights w) {
    TensorData both = w.tensor("seg_embed", 2, h, e());
    TensorData more =
        TensorViews.plusScaled(TensorViews.rows(both, 1, 1), -1, TensorViews.rows(both, 0, 1));
    return f.parameter(TensorViews.reshaped(more, Shape.of(1, h, e(), 1)));
  }

  /** Row {@code longest + n} is of a key that stands n tokens ahead of its query. */
  Embedding distances(int longest) {
    int rows = 2 * longest + 1;
    float[] table = new float[rows * d];
    for (int row = 0; row < rows; row++) {
      int behind = longest - row;
      int bounded = clamp == 0 ? behind : Math.min(Math.max(behind, -clamp), clamp);
      for (int i = 0; i < d / 2; i++) {
        float angle = bounded * (1 / (float) Math.pow(10000, (float) (2 * i) / d));
        table[row * d + i] = (float) Math.sin(angle);
        table[row * d + d / 2 + i] = (float) Math.cos(angle);
      }
    }
    String name = "pos_emb/" + longest;
    return new Embedding(name, TensorViews.of(name, Shape.of(rows, d), table));
  }
}
