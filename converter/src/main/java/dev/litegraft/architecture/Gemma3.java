package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.error.InvalidCheckpointException;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RmsNorm;
import dev.litegraft.layer.Rope;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Gemma 3's text model, and EmbeddingGemma: Gemma 2 with norms over query and key heads instead of
 * caps, five layers with a window and a rotary base of their own for each one without.
 *
 * <p>Source: {@code transformers/models/gemma3/modeling_gemma3.py}; Gemma 3, arXiv:2503.19786.
 */
final class Gemma3 implements GemmaFamily {
  @Override
  public String family() {
    return "Gemma3";
  }

  @Override
  public List<String> logitKeys() {
    return List.of("final_logit_softcapping");
  }

  @Override
  public String modelType() {
    return "gemma3_text";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Gemma3TextForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Gemma3TextModel", Task.EMBEDDING);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("final_logit_softcapping"); // the language model's
    requireNoCap(config);
    DecoderSizes s = GemmaFamily.sizes(config, 4, "hidden_activation");
    boolean bias = config.flag("attention_bias", false);
    boolean bothWays = config.flag("use_bidirectional_attention", false);
    double scale = 1 / Math.sqrt(config.number("query_pre_attn_scalar", 256));
    int pattern = config.size("_sliding_window_pattern", config.size("sliding_window_pattern", 6));
    IntPredicate slides = LayerTypes.sliding(config, s.layers(), i -> (i + 1) % pattern != 0);
    Span span = bothWays ? Span.BIDIRECTIONAL : LayerTypes.full(config);
    Span window = bothWays ? Span.within(halfWindow(config)) : LayerTypes.window(config, 4096);
    Function<Weights, Norm> norm = module -> GemmaFamily.norm(s, module);
    DecoderFrame<T> frame = s.frame(f, w, in);
    T x = words(frame, config); // [b, t, d]
    Rope<T> globalRope = f.rope(f.positions(in.ids()), globalRope(config, s.e()));
    Rope<T> localRope = f.rope(f.positions(in.ids()), localRope(config, s.e()));
    Queries<T> full = Queries.all(f, f.mask(in.attended(), span), globalRope);
    Queries<T> local = Queries.all(f, f.mask(in.attended(), window), localRope);
    return frame.apply(
        x,
        i -> slides.test(i) ? local : full,
        norm.apply(w.at("norm")),
        layer ->
            Block.Sandwich.read(
                layer,
                norm,
                attention(s, layer.at("self_attn"), bias).withScale(scale),
                s.gatedMlp(layer.at("mlp"), false)));
  }

  private static SelfAttention attention(DecoderSizes s, Weights w, boolean bias) {
    return s.attention(w, bias, bias)
        .withNorms(
            new HeadNorms.Each(
                RmsNorm.read(w.at("q_norm"), s.e(), s.epsilon()).withUnitOffset(),
                RmsNorm.read(w.at("k_norm"), s.e(), s.epsilon()).withUnitOffset()));
  }

  private static void requireNoCap(HfConfig c) {
    if (c.has("attn_logit_softcapping")) {
      throw new InvalidCheckpointException(
          "attn_logit_softcapping is "
              + c.number("attn_logit_softcapping")
              + ", which Gemma 3 has no use for",
          c.where() + ", attn_logit_softcapping",
          "in a copy of the folder, set it to null: transformers' Gemma3Attention does not read it");
    }
  }

  /**
   * Read both ways, the window is its width in all, half of it to each side. The class keeps half
   * of it and one more, a bound that {@code is_causal: false} includes.
   */
  private static int halfWindow(HfConfig c) {
    int half = LayerTypes.windowWidth(c, 4096) / 2;
    return LayerTypes.isCausal(c) ? half : half + 1;
  }

  private static RotaryEmbedding globalRope(HfConfig c, int e) {
    return LayerTypes.rope(c, "full_attention", 1e6, e)
        .orElseGet(() -> RotaryEmbedding.of(c, c.number("rope_theta", 1e6), e));
  }

  /** Local positions have a base of their own and no scaling. */
  private static RotaryEmbedding localRope(HfConfig c, int e) {
    return LayerTypes.rope(c, "sliding_attention", 1e4, e)
        .orElseGet(() -> RotaryEmbedding.plain(c.number("rope_local_base_freq", 1e4), e));
  }
}
