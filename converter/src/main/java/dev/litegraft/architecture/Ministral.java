package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Ministral 8B: Mistral whose layers have a window or see all of the text, as {@code layer_types}
 * says.
 *
 * <p>Source: {@code transformers/models/ministral/modeling_ministral.py}.
 */
final class Ministral implements Decoder {
  @Override
  public String family() {
    return "Ministral";
  }

  @Override
  public String modelType() {
    return "ministral";
  }

  @Override
  public String tokenizerClass() {
    return "LlamaTokenizer";
  }

  @Override
  public boolean isConsolidated() {
    return true;
  }

  @Override
  public Map<String, Task> classes() {
    return Map.of(
        "MinistralForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MinistralForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "MinistralModel", Task.EMBEDDING);
  }

  @Override
  public int maxTokens(HfConfig config) {
    return Decoder.super.maxTokens(config.withDefault("max_position_embeddings", 131072));
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    DecoderSizes s = DecoderSizes.of(DecoderSizes.withKeyHeads(config, 8));
    DecoderFrame<T> frame = s.frame(f, w, in);
    return frame.apply(
        frame.words(),
        frame.turning(
            RotaryEmbedding.of(config, s.e()),
            LayerTypes.sliding(config, s.layers(), i -> true),
            LayerTypes.full(config),
            LayerTypes.window(config, 4096)),
        s.rmsNorm(w.at("norm")),
        layer ->
            Block.PreNorm.read(
                layer,
                s::rmsNorm,
                s.attention(layer.at("self_attn"), false, false),
                s.gatedMlp(layer.at("mlp"), false)));
  }
}
