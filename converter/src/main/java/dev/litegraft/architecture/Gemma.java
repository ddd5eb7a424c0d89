package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.ConfigNames;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.checkpoint.config.SavedBy;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.Norm;
import dev.litegraft.layer.Queries;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;
import java.util.function.Function;

/**
 * Gemma: norms that multiply by 1 + weight, scaled embeddings, heads as wide as the config likes.
 *
 * <p>Source: {@code transformers/models/gemma/modeling_gemma.py}; Gemma, arXiv:2403.08295.
 */
final class Gemma implements GemmaFamily {
  @Override
  public String family() {
    return "Gemma";
  }

  @Override
  public String modelType() {
    return "gemma";
  }

  @Override
  public ConfigNames configNames() {
    return ConfigNames.USUAL.withActivations("hidden_act", "hidden_activation");
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "GemmaForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "GemmaForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "GemmaModel", Task.EMBEDDING);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    DecoderSizes s = GemmaFamily.sizes(config, 16, activationKey(config));
    boolean bias = config.flag("attention_bias", false);
    Function<Weights, Norm> norm = module -> GemmaFamily.norm(s, module);
    DecoderFrame<T> frame = s.frame(f, w, in);
    T x = words(frame, config); // [b, t, d]
    Queries<T> all = frame.turning(RotaryEmbedding.of(config, s.e()), LayerTypes.full(config));
    return frame.apply(
        x,
        i -> all,
        norm.apply(w.at("norm")),
        layer ->
            Block.PreNorm.read(
                layer,
                norm,
                s.attention(layer.at("self_attn"), bias, bias),
                s.gatedMlp(layer.at("mlp"), false)));
  }

  /**
   * {@code hidden_act}; before 4.48 transformers ignored it, since Gemma's first config.json said
   * gelu and meant its tanh form, and read {@code hidden_activation}.
   */
  private static String activationKey(HfConfig c) {
    String older = "hidden_activation";
    String newer = "hidden_act";
    c.has(older);
    c.has(newer);
    return SavedBy.UNKNOWN.orOf(c).transformersBefore(4, 48) ? older : newer;
  }
}
