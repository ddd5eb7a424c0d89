package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a Falcon's config says, under the letters of the shapes.
 *
 * @param k key/value heads, each with the h / k query heads before it in the fused matrix
 * @param rope absent for ALiBi
 * @param parallel whether feed-forward reads what attention read
 * @param twoNorms whether both have a norm of their own before them
 */
record FalconSizes(
    int v,
    int d,
    int layers,
    int h,
    int k,
    int f,
    double epsilon,
    Activation activation,
    boolean bias,
    Optional<RotaryEmbedding> rope,
    boolean parallel,
    boolean twoNorms) {
  static FalconSizes of(HfConfig c) {
    int d = c.size("hidden_size");
    int h = c.size("num_attention_heads");
    BertStack.requireHeads(c, d, h);
    boolean isNew = c.flag("new_decoder_architecture", false);
    boolean parallel = c.flag("parallel_attn", true);
    int norms = c.integer("num_ln_in_parallel_attn", isNew ? 2 : 1);
    if ((isNew && !parallel) || (!isNew && parallel && norms == 2)) {
      throw new InvalidCheckpointException(
          "new_decoder_architecture is "
              + isNew
              + ", parallel_attn "
              + parallel
              + " and num_ln_in_parallel_attn "
              + norms
              + ", which Falcon's own class cannot compute",
          c.where() + ", new_decoder_architecture",
          "compare the keys with the model's original config.json");
    }
    boolean alibi = c.flag("alibi", false);
    return new FalconSizes(
        c.size("vocab_size"),
        d,
        c.size("num_hidden_layers"),
        h,
        keyHeads(c, h, isNew),
        c.size("ffn_hidden_size", 4 * d),
        c.number("layer_norm_epsilon", 1e-5),
        Activation.of(c.text("activation", "gelu"), c.where() + ", activation"),
        c.flag("bias", false),
        Optional.of(RotaryEmbedding.of(c, c.number("rope_theta", 10000), d / h))
            .filter(rope -> !alibi),
        parallel,
        isNew && norms == 2);
  }

  private static int keyHeads(HfConfig c, int h, boolean isNew) {
    boolean one = c.flag("multi_query", true);
    int named = c.size("num_kv_heads", h);
    if (!isNew && !one && named != h) {
      throw new InvalidCheckpointException(
          "num_kv_heads is " + named + ", where multi_query is false and there are " + h + " heads",
          c.where() + ", num_kv_heads",
          "compare the keys with the model's original config.json");
    }
    return isNew ? named : one ? 1 : h;
  }

  /** The width of a head. */
  int e() {
    return d / h;
  }

  /** Rows of the fused matrix that make queries. */
  int[] rowsOfQueries() {
    int own = h / k * e();
    return IntStream.range(0, h * e()).map(i -> i / own * (own + 2 * e()) + i % own).toArray();
  }

  /** Rows that make keys (0) or values (1): they follow the queries of their group. */
  int[] rowsBehindQueries(int part) {
    int own = h / k * e();
    return IntStream.range(0, k * e())
        .map(i -> i / e() * (own + 2 * e()) + own + part * e() + i % e())
        .toArray();
  }

  LayerNorm norm(Weights w) {
    return LayerNorm.read(w, d, epsilon);
  }
}
