package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * EXAONE 4: OLMo 2's norms behind each half of a layer, norms over query and key heads, and layers
 * with a window, the only ones that turn where there are any.
 *
 * <p>Source: {@code transformers/models/exaone4/modeling_exaone4.py}; arXiv:2507.11407.
 */
final class Exaone4 implements Decoder {
  @Override
  public String family() {
    return "EXAONE 4";
  }

  @Override
  public String modelType() {
    return "exaone4";
  }

  @Override
  public String tokenizerClass() {
    return "GPT2Tokenizer";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Exaone4ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Exaone4ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Exaone4Model", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 2048));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    HfConfig c = config.withDefault("num_key_value_heads", 32).withDefault("rms_norm_eps", 1e-5);
    DecoderSizes s = DecoderSizes.of(c);
    boolean alwaysTurns = config.isNull("sliding_window");
    IntPredicate slides = slides(config, s.layers(), alwaysTurns);
    DecoderFrame<T> frame = s.frame(f, w, in);
    T words = frame.words(); // [b, t, d]
    IntFunction<Queries<T>> turning =
        frame.turning(
            RotaryEmbedding.of(config, s.e()),
            slides,
            LayerTypes.full(config),
            LayerTypes.window(config, 4096));
    return frame.apply(
        words,
        i ->
            alwaysTurns || slides.test(i)
                ? turning.apply(i)
                : Queries.all(f, turning.apply(i).mask()),
        s.rmsNorm(w.at("norm")),
        layer ->
            Block.PostNorm.read(
                layer,
                s::rmsNorm,
                s.attention(layer.at("self_attn"), false, false)
                    .withNorms(s.eachHead(layer.at("self_attn"))),
                s.gatedMlp(layer.at("mlp"), false)));
  }

  /** {@code sliding_window_pattern} may be "LLLG", which only {@code layer_types} explains. */
  private static IntPredicate slides(HfConfig c, int layers, boolean noWindow) {
    c.has("sliding_window_pattern");
    boolean named = !c.texts("layer_types").isEmpty();
    int pattern = named || noWindow ? 1 : c.size("sliding_window_pattern", 4);
    return LayerTypes.sliding(c, layers, i -> (i + 1) % pattern != 0);
  }
}
