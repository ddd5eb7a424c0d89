package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Gemma 2: a norm before and after each half of a layer, capped scores, every other layer with a
 * window. Logits are capped in the language model alone.
 *
 * <p>Source: {@code transformers/models/gemma2/modeling_gemma2.py}; Gemma 2, arXiv:2408.00118.
 */
final class Gemma2 implements GemmaFamily {
  @Override
  public String family() {
    return "Gemma2";
  }

  @Override
  public List<String> logitKeys() {
    return List.of("final_logit_softcapping");
  }

  @Override
  public String modelType() {
    return "gemma2";
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "Gemma2ForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "Gemma2ForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "Gemma2Model", Task.EMBEDDING);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    config.has("final_logit_softcapping"); // the language model's
    config.has("hidden_act"); // transformers reads hidden_activation
    DecoderSizes s = GemmaFamily.sizes(config, 4, "hidden_activation");
    boolean bias = config.flag("attention_bias", false);
    double scale = 1 / Math.sqrt(config.number("query_pre_attn_scalar", 256));
    double cap = config.number("attn_logit_softcapping", 50, 0);
    Function<Weights, Norm> norm = module -> GemmaFamily.norm(s, module);
    DecoderFrame<T> frame = s.frame(f, w, in);
    T x = words(frame, config); // [b, t, d]
    IntFunction<Queries<T>> all =
        frame.turning(
            RotaryEmbedding.of(config, s.e()),
            LayerTypes.sliding(config, s.layers(), i -> i % 2 == 0),
            LayerTypes.full(config),
            LayerTypes.window(config, 4096));
    return frame.apply(
        x,
        all,
        norm.apply(w.at("norm")),
        layer ->
            Block.Sandwich.read(
                layer,
                norm,
                s.attention(layer.at("self_attn"), bias, bias).withScale(scale).withCap(cap),
                s.gatedMlp(layer.at("mlp"), false)));
  }
}
