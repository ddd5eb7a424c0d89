package dev.litegraft.architecture;

import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.layer.Activation;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.function.IntPredicate;

/** Everything that ModernBERT's config says, under the letters of the shapes. */
record ModernBertSizes(
    int v,
    int d,
    int layers,
    int h,
    int f,
    double epsilon,
    Activation activation,
    boolean attentionBias,
    boolean mlpBias,
    boolean normBias,
    IntPredicate isNear,
    Span window,
    RotaryEmbedding farRope,
    RotaryEmbedding nearRope) {
  static ModernBertSizes of(HfConfig c) {
    int d = c.size("hidden_size");
    int h = c.size("num_attention_heads");
    BertStack.requireHeads(c, d, h);
    int layers = c.size("num_hidden_layers");
    int every = c.size("global_attn_every_n_layers", 3);
    double farTheta = c.number("global_rope_theta", 160000);
    double nearTheta = c.number("local_rope_theta", 10000, farTheta);
    c.has("layer_norm_eps"); // ModernBERT-base has it; transformers reads norm_eps
    List.of("classifier_pooling", "classifier_activation", "classifier_bias")
        .forEach(c::has); // a head's, where the class has one
    return new ModernBertSizes(
        c.size("vocab_size"),
        d,
        layers,
        h,
        c.size("intermediate_size"),
        c.number("norm_eps", 1e-5),
        Activation.of(c.text("hidden_activation", "gelu"), c.where() + ", hidden_activation"),
        c.flag("attention_bias", false),
        c.flag("mlp_bias", false),
        c.flag("norm_bias", false),
        LayerTypes.sliding(c, layers, i -> i % every != 0),
        Span.within(c.integer("local_attention", 128) / 2),
        LayerTypes.rope(c, "full_attention", farTheta, d / h)
            .orElseGet(() -> RotaryEmbedding.of(c, farTheta, d / h)),
        LayerTypes.rope(c, "sliding_attention", nearTheta, d / h)
            .orElseGet(() -> RotaryEmbedding.of(c, nearTheta, d / h)));
  }

  /** The width of a head. */
  int e() {
    return d / h;
  }
}
