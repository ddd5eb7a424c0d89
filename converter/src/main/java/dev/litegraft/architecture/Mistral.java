package dev.litegraft.architecture;

import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import java.util.Map;

/**
 * Mistral: Llama without biases, all of whose layers may see only a window.
 *
 * <p>Source: {@code transformers/models/mistral/modeling_mistral.py}; Mistral 7B, arXiv:2310.06825.
 */
final class Mistral implements Decoder {
  @Override
  public String family() {
    return "Mistral";
  }

  @Override
  public String modelType() {
    return "mistral";
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
        "MistralForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "MistralForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "MistralModel", Task.EMBEDDING);
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    DecoderSizes s = DecoderSizes.of(DecoderSizes.withKeyHeads(config, 8));
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config, s.e()),
            LayerTypes.window(config, 4096),
            s.rmsNorm(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    s::rmsNorm,
                    s.attention(layer.at("self_attn"), false, false),
                    s.gatedMlp(layer.at("mlp"), false)));
  }
}
