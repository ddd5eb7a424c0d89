package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.GatedMlp;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.LayerNorm;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Mlp;
import dev.litegraft.layer.RmsNorm;

/**
 * What nearly every decoder's config.json says, under the letters of the shapes, and the modules of
 * these sizes.
 *
 * @param v words
 * @param d the model's width
 * @param layers how many there are
 * @param h query heads
 * @param k key and value heads
 * @param e the width of a head
 * @param f the feed-forward width
 * @param epsilon of the norms
 * @param activation of the feed-forward layers
 */
record DecoderSizes(
    int v, int d, int layers, int h, int k, int e, int f, double epsilon, Activation activation) {
  /** With Llama's names and defaults; another default is put into the config. */
  static DecoderSizes of(HfConfig c) {
    return of(c.withDefault("hidden_act", "silu"), "rms_norm_eps", 1e-6, "hidden_act");
  }

  /**
   * With other names of two settings.
   *
   * @param epsilon the key of the norms' epsilon
   * @param absent the epsilon where there is none
   * @param activation the key of the activation, which must be there or have a default
   */
  static DecoderSizes of(HfConfig c, String epsilon, double absent, String activation) {
    int d = c.size("hidden_size");
    int h = c.size("num_attention_heads");
    return new DecoderSizes(
        c.size("vocab_size"),
        d,
        c.size("num_hidden_layers"),
        h,
        c.size("num_key_value_heads", h),
        c.size("head_dim", d / h),
        c.size("intermediate_size"),
        c.number(epsilon, absent),
        Activation.of(c.text(activation), c.where() + ", " + activation));
  }

  /**
   * A config of a class that has so many key and value heads by default, and as many as query heads
   * where the key is null.
   */
  static HfConfig withKeyHeads(HfConfig c, int absent) {
    return c.isNull("num_key_value_heads") ? c : c.withDefault("num_key_value_heads", absent);
  }

  /** What stands around layers of these sizes. */
  <T> DecoderFrame<T> frame(Layers<T> f, Weights w, Inputs<T> in) {
    return new DecoderFrame<>(f, this, w, in);
  }

  /** {@code q_proj}, {@code k_proj}, {@code v_proj} and {@code o_proj}. */
  SelfAttention attention(Weights w, boolean bias, boolean outputBias) {
    return SelfAttention.read(w, d, h, k, e, bias, outputBias);
  }

  /** {@code gate_proj}, {@code up_proj} and {@code down_proj}. */
  GatedMlp gatedMlp(Weights w, boolean bias) {
    return GatedMlp.read(w, d, f, bias, activation);
  }

  /** The modules of these names. */
  Mlp mlp(Weights w, String in, String out, boolean bias) {
    return Mlp.read(w, in, out, d, f, bias, activation);
  }

  RmsNorm rmsNorm(Weights w) {
    return RmsNorm.read(w, d, epsilon);
  }

  LayerNorm layerNorm(Weights w) {
    return LayerNorm.read(w, d, epsilon);
  }

  /** A norm of each query head and one of each key head, {@code q_norm} and {@code k_norm}. */
  HeadNorms eachHead(Weights w) {
    return new HeadNorms.Each(
        RmsNorm.read(w.at("q_norm"), e, epsilon), RmsNorm.read(w.at("k_norm"), e, epsilon));
  }
}
