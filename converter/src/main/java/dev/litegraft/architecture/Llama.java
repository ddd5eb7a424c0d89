package dev.litegraft.architecture;

import dev.litegraft.checkpoint.CustomCode;
import dev.litegraft.checkpoint.Weights;
import dev.litegraft.checkpoint.config.HfConfig;
import dev.litegraft.facts.Task;
import dev.litegraft.layer.Inputs;
import dev.litegraft.layer.Layers;
import dev.litegraft.layer.RotaryEmbedding;
import dev.litegraft.layer.Span;
import java.util.Map;
import java.util.Optional;

/**
 * Llama, and what has its shape: SmolLM, SmolLM2, Llama 2 and 3, TinyLlama.
 *
 * <p>Source: {@code transformers/models/llama/modeling_llama.py}.
 */
final class Llama implements Decoder {
  @Override
  public String family() {
    return "Llama";
  }

  @Override
  public String modelType() {
    return "llama";
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
        "LlamaForSequenceClassification", Task.SEQUENCE_CLASSIFICATION,
        "LlamaForTokenClassification", Task.TOKEN_CLASSIFICATION,
        "LlamaModel", Task.EMBEDDING);
  }

  @Override
  public Optional<CustomCode> customCode(HfConfig config, Optional<String> task) {
    return "llama_bidirec".equals(config.value("model_type"))
        ? Optional.of(BothWays.ofLlama(config, modelType()))
        : Optional.empty();
  }

  @Override
  public <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in) {
    return hidden(f, config, w, in, LayerTypes.full(config));
  }

  /**
   * The last hidden states after the final norm.
   *
   * @param span how far a query sees
   */
  static <T> T hidden(Layers<T> f, HfConfig config, Weights w, Inputs<T> in, Span span) {
    DecoderSizes s = DecoderSizes.of(config);
    boolean bias = config.flag("attention_bias", false);
    boolean mlpBias = config.flag("mlp_bias", false);
    return s.frame(f, w, in)
        .apply(
            RotaryEmbedding.of(config, s.e()),
            span,
            s.rmsNorm(w.at("norm")),
            layer ->
                Block.PreNorm.read(
                    layer,
                    s::rmsNorm,
                    s.attention(layer.at("self_attn"), bias, bias),
                    s.gatedMlp(layer.at("mlp"), mlpBias)));
  }
}
